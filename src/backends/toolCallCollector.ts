import type {ReplyEvent} from '../core/reply.ts';
import {objectOf, textOf} from './jsonFields.ts';

export type ToolCallEvent = Extract<ReplyEvent, {type: 'tool-call'}>;

/** Puts calls of tools together that come whole or in pieces. */
export type ToolCallCollector = {
  add(delta: unknown): void;
  /** The calls in the order in which they began. */
  calls(): ToolCallEvent[];
};

type OpenCall = {index: number | undefined; id: string; name: string; arguments: string};

/**
 * Pieces belong together by `index`, else by `id`, else to the call before. A new id at a known index is a new call;
 * names and ids may be repeated or empty; arguments may be a text in pieces, or an object.
 */
export function createToolCallCollector(): ToolCallCollector {
  const open: OpenCall[] = [];

  const find = (index: number | undefined, id: string): OpenCall | undefined => {
    const found =
      index !== undefined
        ? open.findLast(call => call.index === index)
        : id
          ? open.find(call => call.id === id)
          : open.at(-1);
    return found && id && found.id && found.id !== id ? undefined : found;
  };

  return {
    add(delta) {
      const fields = objectOf(delta);
      if (!fields) return;
      const called = objectOf(fields.function) ?? fields;
      const index = typeof fields.index === 'number' ? fields.index : undefined;
      const id = textOf(fields.id) ?? '';
      const name = textOf(called.name) ?? '';
      const given = called.arguments;
      const piece = typeof given === 'string' ? given : given ? JSON.stringify(given) : '';
      let call = find(index, id);
      if (!call) {
        if (!name && !id) return;
        call = {index, id, name: '', arguments: ''};
        open.push(call);
      }
      call.id ||= id;
      call.name ||= name;
      call.arguments += piece;
    },
    calls: () =>
      open
        .filter(call => call.name !== '')
        .map((call, position) => ({
          type: 'tool-call',
          id: call.id || `call_${position + 1}`,
          name: call.name,
          arguments: ['', 'null'].includes(call.arguments.trim()) ? '{}' : call.arguments,
        })),
  };
}
