import type {CommandContext, Completion} from '../../commands/command.ts';
import {parseLine} from '../../commands/parseLine.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import type {Buffer} from './buffer.ts';
import {canBeMentioned, type FileToken, fileTokenAt, mentionOf} from './fileToken.ts';
import {argumentItems, commandItems, type Menu, type MenuItem} from './menu.ts';

/** What can be completed at the cursor, from what is known at this moment. */
export type Completions = {
  /** The list for a buffer; null when there is nothing to complete. It asks for what is not known yet. */
  menuFor(buffer: Buffer): Menu | null;
};

type Rank = (typed: string, paths: readonly string[]) => readonly string[];

/**
 * Completes commands, their arguments and the names of files. Lists that have to be asked for (models, files) are
 * kept while the same thing is typed, so that the list does not close and open with every key; `arrived` is called
 * when there is something new to show.
 */
export function createCompletions(context: CommandContext, arrived: () => void): Completions {
  let known: {command: string; completions: readonly Completion[]} | null = null;
  let asked: {command: string; typed: string} | null = null;
  /** The files as they were when this `@` was begun. */
  let files: {start: number; paths: readonly string[]} | null = null;
  let askedFiles: number | null = null;
  let rank: Rank | null = null;

  const askArgument = async (command: string, typed: string): Promise<void> => {
    const question = {command, typed};
    asked = question;
    let completions: readonly Completion[] = [];
    try {
      completions =
        (await context.commands.find(({name}) => name === command)?.complete?.(typed, context)) ?? [];
    } catch {
      // A server that is away must not keep anyone from typing the name.
    }
    if (asked !== question) return;
    known = {command, completions};
    arrived();
  };

  const askFiles = async (start: number): Promise<void> => {
    askedFiles = start;
    const [paths, {rankFiles}] = await Promise.all([
      context.files().catch(() => []),
      import('./rankFiles.ts'),
    ]);
    if (askedFiles !== start) return;
    rank = rankFiles;
    files = {start, paths: paths.filter(canBeMentioned)};
    arrived();
  };

  const argumentMenu = (text: string): Menu | null => {
    const [, named, typed = ''] = /^\/([a-z][a-z0-9-]*) ([^\n]*)$/i.exec(text) ?? [];
    const parsed = named === undefined ? undefined : parseLine(`/${named}`, context.commands);
    if (named === undefined || parsed?.type !== 'command' || !parsed.command.complete) return null;
    const command = parsed.command.name;
    if (asked?.command !== command || asked.typed !== typed) void askArgument(command, typed);
    if (known?.command !== command) return null;
    const items = argumentItems(named, typed, known.completions);
    // An alias or a unique beginning is resolved by the command; only what was moved to is taken from the list.
    return items.length > 0 ? {items, selected: -1, range: {start: 0, end: text.length}} : null;
  };

  const fileMenu = ({start, end, typed}: FileToken): Menu | null => {
    if (askedFiles !== start) void askFiles(start);
    // What is named in full already needs no list, and Enter may send it.
    if (files?.start !== start || !rank || files.paths.includes(typed)) return null;
    const items = rank(typed, files.paths).map(fileItem);
    return items.length > 0 ? {items, selected: 0, range: {start, end}} : null;
  };

  return {
    menuFor(buffer) {
      const {text} = buffer;
      const token = fileTokenAt(buffer);
      if (!token) files = askedFiles = null;
      if (!text.startsWith('/')) known = asked = null;
      if (token && !/^\/[a-z]/i.test(text)) return fileMenu(token);
      if (!text.startsWith('/') || text.length > 500) return null;
      if (!/^\/[a-z0-9-]*$/i.test(text)) return argumentMenu(text) ?? (token && fileMenu(token));
      known = asked = null;
      const items = commandItems(text, context.commands);
      return items.length > 0 ? {items, selected: 0, range: {start: 0, end: text.length}} : null;
    },
  };
}

function fileItem(path: string): MenuItem {
  return {label: neutraliseLine(path), detail: '', line: `${mentionOf(path)} `, submits: false};
}
