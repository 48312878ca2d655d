import type {MessageNode} from '../../core/conversation.ts';
import {countOf, type Foreign} from './foreignFields.ts';

/** Token counts and duration of a row of `responses` or `turns`. */
export function simonwFigures(row: Foreign): Pick<MessageNode, 'usage' | 'timing'> {
  const [input, output, totalMs] = [row.input_tokens, row.output_tokens, row.duration_ms].map(countOf);
  const counted = input !== undefined || output !== undefined;
  return {
    ...(counted && {
      usage: {...(input !== undefined && {input}), ...(output !== undefined && {output}), estimated: false},
    }),
    ...(totalMs !== undefined && {timing: {totalMs}}),
  };
}
