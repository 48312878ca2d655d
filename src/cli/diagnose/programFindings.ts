import {closeSync, openSync, readSync, realpathSync} from 'node:fs';
import path from 'node:path';
import type {Finding} from '../../commands/command.ts';
import {clipboardTools} from '../clipboardTools.ts';
import type {Environment} from '../environment.ts';
import {findExecutables} from '../findExecutables.ts';
import {version} from '../version.ts';

/** What is to be said about the program itself. */
export function programFindings(environment: Environment): Finding[] {
  return [
    {
      area: 'program',
      state: 'ok',
      text: `llm ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    },
    ...onPath(environment),
  ];
}

/** What is to be said about the programs that this one calls. */
export function toolFindings(environment: Environment): Finding[] {
  return [clipboard(environment), editor(environment)];
}

/** Which `llm` a shell starts: there is another program of that name (https://llm.datasette.io). */
function onPath({host, paths}: Environment): Finding[] {
  const area = 'program';
  const found = findExecutables('llm', host.path).map(file => ({file, own: isOwn(file, paths.packageRoot)}));
  const own = found.find(each => each.own);
  const others = found.filter(each => !each.own).map(({file}) => `${file}${kindOf(file)}`);
  if (others.length === 0) {
    return own
      ? [{area, state: 'ok', text: `\`llm\` on the PATH is this program: ${own.file}`}]
      : [{area, state: 'ok', text: `no \`llm\` is on the PATH; this one is ${launcher(paths.packageRoot)}`}];
  }
  if (own && found[0]?.own) {
    return [
      {
        area,
        state: 'ok',
        text: `\`llm\` is this program: ${own.file}. Behind it on the PATH: ${others.join(', ')}`,
      },
    ];
  }
  return [
    {
      area,
      state: 'warning',
      text: `\`llm\` starts another program: ${others[0]}`,
      remedy: own
        ? `Put ${path.dirname(own.file)} before it on the PATH, or: alias llm=${own.file}`
        : `alias llm=${launcher(paths.packageRoot)}`,
    },
  ];
}

function isOwn(file: string, packageRoot: string): boolean {
  try {
    return realpathSync(file) === realpathSync(launcher(packageRoot));
  } catch {
    return false;
  }
}

function launcher(packageRoot: string): string {
  return path.join(packageRoot, 'bin', 'llm.mjs');
}

/** What the first line of a script says of it. */
function kindOf(file: string): string {
  try {
    const bytes = Buffer.alloc(200);
    const descriptor = openSync(file, 'r');
    try {
      readSync(descriptor, bytes, 0, bytes.length, 0);
    } finally {
      closeSync(descriptor);
    }
    return /^#!.*python/.test(bytes.toString('latin1')) ? ' (a Python program: Simon Willison’s llm?)' : '';
  } catch {
    return '';
  }
}

function clipboard({host}: Environment): Finding {
  const area = 'clipboard';
  if (host.remote) {
    return {area, state: 'ok', text: 'over SSH, /copy asks the terminal (OSC 52)'};
  }
  const [tool] = clipboardTools(host);
  if (tool) return {area, state: 'ok', text: `/copy uses ${tool.name}`};
  const text = 'no clipboard tool was found: /copy asks the terminal (OSC 52), which may not do it';
  if (host.wayland) return {area, state: 'warning', text, remedy: 'Install wl-clipboard.'};
  return host.x11
    ? {area, state: 'warning', text, remedy: 'Install xclip or xsel.'}
    : {area, state: 'ok', text: 'there is no desktop here: /copy asks the terminal (OSC 52)'};
}

function editor({editor: line, host}: Environment): Finding {
  const area = 'editor';
  // The person's own words: a command line, whose first word is the program.
  const name = (line ?? 'vi').trim().split(/\s+/)[0] ?? '';
  const isThere = path.isAbsolute(name) || findExecutables(name, host.path).length > 0;
  if (isThere) return {area, state: 'ok', text: line === undefined ? 'vi (EDITOR is not set)' : line};
  return {
    area,
    state: 'warning',
    text: line === undefined ? 'there is no vi, and EDITOR is not set' : `${name} was not found`,
    remedy: 'Set EDITOR to the command of your editor, for example: export EDITOR=nano',
  };
}
