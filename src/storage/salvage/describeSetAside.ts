import type {SetAside} from './setAside.ts';

/** What the person is told of a damaged database: what was kept, what was not, and where the damaged file is. */
export function describeSetAside(path: string, {salvaged, broken}: SetAside): string {
  const {conversations, messages, lost} = salvaged;
  const kept =
    messages === 0
      ? 'Nothing could be read of it, so a new one was begun'
      : `Saved into a new one: ${count(conversations, 'conversation')} with ${count(messages, 'message')}; ${
          lost === 0 ? 'no message is known to be lost' : `lost: ${count(lost, 'message')}`
        }`;
  return `${path} was damaged. ${kept}. The damaged file is kept: ${broken}`;
}

function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`;
}
