import type {Finding} from '../commands/command.ts';
import {describeError, toLlmError} from '../core/errors.ts';
import type {Services} from './createServices.ts';
import {backendFindings} from './diagnose/backendFindings.ts';
import {engineFindings} from './diagnose/engineFindings.ts';
import {fileFindings} from './diagnose/fileFindings.ts';
import {keyFindings} from './diagnose/keyFindings.ts';
import {programFindings, toolFindings} from './diagnose/programFindings.ts';
import type {TerminalAnswers} from './diagnose/queryTerminal.ts';
import {readTmuxOptions} from './diagnose/readTmuxOptions.ts';
import {type Screen, terminalFindings} from './diagnose/terminalFindings.ts';
import {findExecutables} from './findExecutables.ts';

export type DiagnoseOptions = {
  /** Where the output goes. */
  screen?: Screen;
  /** What the terminal says of itself, when it was asked; undefined in it when it did not answer. */
  answers?: Promise<TerminalAnswers | undefined>;
  /** Also does what may take long or ask its owner: runs key commands, checks a large database. */
  thorough?: boolean;
};

/** Looks for what is wrong, and for the remedy. Changes nothing but the rights of files that others could read. */
export async function diagnose(
  services: Services,
  {screen = process.stdout, answers, thorough = false}: DiagnoseOptions = {},
): Promise<readonly Finding[]> {
  const {environment} = services;
  const parts: readonly [area: string, findings: Promise<readonly Finding[]>][] = [
    ['program', guarded(() => programFindings(environment))],
    ['terminal', guarded(() => lookAtTerminal(services, screen, answers))],
    ['tools', guarded(() => toolFindings(environment))],
    ['backends', guarded(() => backendFindings(services))],
    ['model', guarded(() => modelFindings(services))],
    ['keys', guarded(() => keyFindings(services, thorough))],
    ['engine', guarded(() => engineFindings(services))],
    ['files', guarded(() => fileFindings(services, thorough))],
  ];
  const found = await Promise.all(
    parts.map(async ([area, findings]) =>
      findings.catch((thrown: unknown): Finding[] => [
        // A check that fails must not hide what the others found.
        {area, state: 'problem', text: `could not be looked at: ${describeError(toLlmError(thrown))}`},
      ]),
    ),
  );
  return found.flat();
}

async function guarded(
  work: () => readonly Finding[] | Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  return work();
}

async function lookAtTerminal(
  {environment}: Services,
  screen: Screen,
  asked: Promise<TerminalAnswers | undefined> | undefined,
): Promise<Finding[]> {
  const [tmux] =
    environment.host.multiplexer === 'tmux' ? findExecutables('tmux', environment.host.path) : [];
  const [options, answers] = await Promise.all([tmux ? readTmuxOptions(tmux) : undefined, asked]);
  return terminalFindings(environment, {
    screen,
    ...(asked && {answers: answers ?? null}),
    ...(options && {tmux: options}),
  });
}

/** The model that would answer, if the person has named one. */
async function modelFindings({environment, settings, resolveName}: Services): Promise<Finding[]> {
  const area = 'model';
  const named = environment.variables.LLM_MODEL ?? settings.model;
  if (named === undefined) return [];
  const from = environment.variables.LLM_MODEL === undefined ? 'settings' : 'LLM_MODEL';
  try {
    return [{area, state: 'ok', text: `${await resolveName(named)} (${from})`}];
  } catch (thrown) {
    const {message, hint} = toLlmError(thrown);
    return [{area, state: 'problem', text: `${message} (${from})`, ...(hint && {remedy: hint})}];
  }
}
