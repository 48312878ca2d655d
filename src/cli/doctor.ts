import type {Command} from 'commander';
import type {Finding} from '../commands/command.ts';
import {describeFindings} from '../commands/describeFindings.ts';
import {terminalSafeJson} from '../core/terminalSafeJson.ts';
import {colorLevel} from '../theme/colorLevel.ts';
import {paint} from '../theme/paint.ts';
import {chooseTheme} from './chooseTheme.ts';
import type {CommandRun} from './commandRun.ts';
import {queryTerminal} from './diagnose/queryTerminal.ts';
import {diagnose} from './diagnose.ts';

/** Longest wait for what the terminal says of itself, in ms. */
const answersMs = 300;

/** Lines are broken at this many columns at most. */
const widest = 100;

export function defineDoctor(command: Command): Command {
  return command
    .option('--json', 'print JSON')
    .option('--install-engine [gpu]', 'fetch the embedded engine; also for a GPU: cuda or vulkan')
    .option('-y, --yes', 'do not ask before fetching');
}

type Options = {json?: boolean; installEngine?: string | true; yes?: boolean};

/** `llm doctor`: what is wrong, and the remedy. Status 1 when there is a problem. */
export async function doctor({command, services, io}: CommandRun): Promise<number> {
  const {installEngine, yes, json} = command.opts<Options>();
  if (installEngine !== undefined) {
    const {fetchEngine} = await import('./fetchEngine.ts');
    return fetchEngine({services, io, gpu: installEngine === true ? undefined : installEngine, yes});
  }
  const {stdin, stdout} = io;
  const {terminal} = services.environment;
  // The console of Linux and what calls itself dumb would show the questions.
  const canAsk = stdin.isTTY && stdout.isTTY && !/^(?:dumb|linux)?$/.test(terminal.name);
  const query = canAsk
    ? queryTerminal(stdin, stdout, {
        limitMs: answersMs,
        interrupt: () => process.kill(process.pid, 'SIGINT'),
      })
    : undefined;
  let findings: readonly Finding[];
  try {
    findings = await diagnose(services, {
      screen: stdout,
      thorough: true,
      ...(query && {answers: query.answers}),
    });
  } finally {
    await query?.release();
  }
  stdout.write(json ? `${terminalSafeJson({findings}, 2)}\n` : `${report(findings, services, stdout)}\n`);
  return findings.some(({state}) => state === 'problem') ? 1 : 0;
}

function report(
  findings: readonly Finding[],
  services: CommandRun['services'],
  stdout: NodeJS.WriteStream,
): string {
  const {terminal} = services.environment;
  const level = colorLevel({
    isTTY: Boolean(stdout.isTTY),
    noColor: terminal.noColor,
    forceColor: terminal.forceColor,
    colorTerm: terminal.color,
    term: terminal.name,
    termProgram: terminal.program,
    windowsTerminal: terminal.windowsTerminal,
  });
  const {theme} = chooseTheme(services);
  const states = {
    ok: paint(theme.success, level),
    warning: paint(theme.warning, level),
    problem: paint(theme.error, level),
  };
  return describeFindings(findings, {
    styles: {
      area: paint(theme.strong, level),
      state: (state, mark) => states[state](mark),
      remedy: paint(theme.accent, level),
    },
    ...(stdout.isTTY && {width: Math.min(widest, stdout.columns - 1)}),
  });
}
