import type {Host} from './environment.ts';
import {findExecutables} from './findExecutables.ts';

/** A program that takes a text on its stdin and puts it on the clipboard. */
export type ClipboardTool = {
  /** For people. */
  name: string;
  /** Its path. */
  file: string;
  args: readonly string[];
  /** Wants UTF-16 with a mark in front; the others want UTF-8. */
  utf16?: boolean;
};

/** The tools that are there and fit the session, the best first. */
export function clipboardTools(host: Host): ClipboardTool[] {
  return candidates(host).flatMap(tool => {
    const [file] = findExecutables(tool.name, host.path);
    if (file === undefined) return [];
    // It takes its input for MacRoman where no locale is set.
    if (tool.name === 'pbcopy') return [{...tool, file: '/usr/bin/env', args: ['LC_CTYPE=UTF-8', file]}];
    return [{...tool, file}];
  });
}

function candidates({platform, wsl, wayland, x11}: Host): Omit<ClipboardTool, 'file'>[] {
  if (platform === 'win32' || wsl) return [{name: 'clip.exe', args: [], utf16: true}];
  if (platform === 'darwin') return [{name: 'pbcopy', args: []}];
  return [
    // Without a type it would guess one, and source code would paste as something else.
    ...(wayland ? [{name: 'wl-copy', args: ['--type', 'text/plain']}] : []),
    ...(x11
      ? [
          {name: 'xclip', args: ['-selection', 'clipboard']},
          {name: 'xsel', args: ['--input', '--clipboard']},
        ]
      : []),
  ];
}
