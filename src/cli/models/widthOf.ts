import type {Io} from '../io.ts';

/** Columns that a line may have: those of the terminal; without one nothing is left out. */
export function widthOf({isTTY, columns}: Io['stdout']): number {
  return isTTY && columns > 0 ? columns : Infinity;
}
