import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {type Contestant, contestantLabel} from '../../core/compare/contestant.ts';
import type {TurnGate} from '../../core/compare/createTurnGate.ts';
import {createSession} from '../../core/createSession.ts';
import {LlmError, toLlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import type {CommandRun} from '../commandRun.ts';
import type {ConversationOptions} from '../conversationOptions.ts';
import {loadSchema} from '../loadSchema.ts';
import {onStopSignal} from '../onStopSignal.ts';
import {createSpinner} from '../spinner.ts';
import type {CompareFlags} from './compare.ts';
import {parsePromptSet, type SetPrompt} from './promptSet.ts';
import {type SetReport, setCsv, setMarkdown} from './setReport.ts';
import {openSetResults, resultKey, type SetResult} from './setResults.ts';

export type ComparePrompts = {
  contestants: readonly Contestant[];
  options: ConversationOptions;
  flags: CompareFlags;
  /** A template; empty: each line has its own prompt. */
  argument: string;
  file: string;
  gate: TurnGate;
  warn(text: string): void;
};

/**
 * Has every model answer every prompt of a set. What is answered stands in the results file at once, and is not asked
 * again by the next run; nothing goes into the history. Resolves with the exit status. Throws `LlmError`.
 */
export async function comparePrompts(
  {contestants, options, flags, argument, file, gate, warn}: ComparePrompts,
  {services, io}: CommandRun,
): Promise<number> {
  const outputs = (flags.output ?? []).map(output => ({output, write: formatOf(output)}));
  const prompts = parsePromptSet(readText(file), file, argument);
  const schema = await loadSchema(options.schema);
  const results = openSetResults(flags.results ?? `${file.replace(/\.jsonl?$/, '')}.results.jsonl`);
  const common = {options: options.options, system: options.system, think: options.think, schema};
  const tasks = contestants.map(contestant =>
    prompts.map(prompt => ({prompt, contestant, key: resultKey(prompt, contestant, common)})),
  );
  const all = tasks.flat();
  const before = all.filter(({key}) => results.get(key)).length;
  if (before > 0) warn(`${before} of ${all.length} answers were there already`);

  const controller = new AbortController();
  const signals = onStopSignal(() => controller.abort());
  const spinner = createSpinner(io.stderr, !flags.quiet);
  const done = {answers: before, failed: 0};
  const found = new Map<string, SetResult>();
  const say = (): void =>
    spinner.say(
      [`${done.answers} of ${all.length} answers`, done.failed > 0 && `${done.failed} failed`]
        .filter(Boolean)
        .join(' · '),
    );
  say();

  const ask = async (prompt: SetPrompt, contestant: Contestant, key: string): Promise<void> => {
    const {model} = contestant;
    const leave = await gate.enter(model.slice(0, Math.max(0, model.indexOf('/'))), controller.signal);
    try {
      const base = services.newConversation(services.newId(Date.now()), model, options);
      const session = createSession({
        conversation: {
          ...base,
          options: {...base.options, ...contestant.options},
          ...(contestant.system !== undefined && {system: contestant.system}),
        },
        resolve: services.resolve,
        newId: services.newId,
        ...(schema && {schema}),
      });
      const onAbort = (): void => void session.stop();
      controller.signal.addEventListener('abort', onAbort, {once: true});
      const {reply} = await session
        .send(prompt.text)
        .finally(() => controller.signal.removeEventListener('abort', onAbort));
      const {text, reasoning, usage, timing, stop, error} = reply;
      const result = {
        key,
        id: prompt.id,
        prompt: prompt.text,
        contestant,
        reply: {
          text,
          ...(reasoning && {reasoning}),
          ...(usage && {usage}),
          ...(timing && {timing}),
          ...(stop && {stop}),
          ...(error && {error}),
        },
      };
      results.add(result);
      found.set(key, result);
      if (error) {
        done.failed += 1;
        warn(
          `${neutraliseLine(prompt.id)}, ${neutraliseLine(contestantLabel(contestant))}: ${neutraliseLine(error.message)}`,
        );
      } else done.answers += 1;
      say();
    } finally {
      leave();
    }
  };

  try {
    // Each model goes through the set by itself, so that a slow one holds up no other; the gate keeps a backend's share.
    await Promise.all(
      tasks.map(own =>
        Promise.all(
          own
            .filter(({key}) => !results.get(key))
            .map(({prompt, contestant, key}) =>
              ask(prompt, contestant, key).catch(thrown => {
                if (toLlmError(thrown).kind !== 'cancelled') throw thrown;
              }),
            ),
        ),
      ),
    );
  } finally {
    spinner.stop();
    results.close();
    signals.release();
  }
  const report: SetReport = {
    prompts,
    contestants,
    results: all.flatMap(({key}) => found.get(key) ?? results.get(key) ?? []),
  };
  for (const {output, write} of outputs) writeOutput(output, write(report));
  if (outputs.length === 0) io.stdout.write(setMarkdown(report));
  return signals.status() ?? (done.failed > 0 ? 1 : 0);
}

function formatOf(output: string): (report: SetReport) => string {
  const extension = path.extname(output).toLowerCase();
  if (extension === '.md') return setMarkdown;
  if (extension === '.csv') return setCsv;
  throw new LlmError({
    kind: 'usage',
    message: `--output wants a name that ends with .md or .csv, got "${neutraliseLine(output)}"`,
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    throw new LlmError({
      kind: 'file',
      message: `${neutraliseLine(file)} cannot be read: ${toLlmError(thrown, 'file').message}`,
      cause: thrown,
    });
  }
}

function writeOutput(file: string, text: string): void {
  try {
    writeFileSync(file, text, {mode: 0o600});
  } catch (thrown) {
    throw new LlmError({
      kind: 'file',
      message: `the report cannot be written to ${neutraliseLine(file)}: ${toLlmError(thrown, 'file').message}`,
      hint: 'The answers are kept: run it again to go on from them.',
      cause: thrown,
    });
  }
}
