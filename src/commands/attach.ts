import {formatBytes} from '../core/figures.ts';
import type {Attachment} from '../core/message.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {type Command, say} from './command.ts';

export const attach: Command = {
  name: 'attach',
  usage: '[FILE | URL | off]',
  summary: 'send a file or an image with the next prompt',
  complete: (_argument, {files}) => files(),
  async run(argument, {attachments}) {
    const pending = attachments.pending();
    if (argument === '') {
      if (pending.length === 0)
        return say('Nothing is attached. Attach something: /attach FILE or /attach URL');
      return say(`With the next prompt go:\n${pending.map(each => `  ${describe(each)}`).join('\n')}`);
    }
    if (argument === 'off') {
      attachments.clear();
      return say(pending.length === 0 ? 'Nothing was attached.' : 'Nothing is attached any more.', 'success');
    }
    const added = await attachments.add(unquoted(argument));
    return say(`${describe(added)} goes with the next prompt.`, 'success');
  },
};

function describe(attachment: Attachment): string {
  const {name, kind} = attachment;
  const bytes = kind === 'text' ? new TextEncoder().encode(attachment.text).length : attachment.data.length;
  const size = bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : formatBytes(bytes);
  return `${neutraliseLine(name)} (${kind}, ${size})`;
}

/** A path as terminals paste it when a file is dropped: in quotes, or with a backslash before each blank. */
function unquoted(path: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(path);
  return quoted ? (quoted[2] ?? '') : path.replace(/\\([ ()[\]'"&])/g, '$1');
}
