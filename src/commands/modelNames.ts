import type {Model} from '../core/backend.ts';

/** The name under which a model is chosen: `backend/name`. */
export function fullName({backend, id}: Pick<Model, 'backend' | 'id'>): string {
  return `${backend}/${id}`;
}
