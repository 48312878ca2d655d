import stringWidth from 'string-width';
import {type Assessment, assessRepository} from '../../backends/hub/assessRepository.ts';
import type {Hub, HubRepository} from '../../backends/hub/createHub.ts';
import type {Fit, MachineMemory} from '../../backends/hub/fit.ts';
import type {HubName} from '../../backends/hub/hubName.ts';
import {machineMemory} from '../../backends/hub/machineMemory.ts';
import {namedVariant} from '../../backends/hub/namedVariant.ts';
import {pulledId, pulledModels} from '../../backends/hub/pulledModels.ts';
import {isSameQuantisation} from '../../backends/hub/quantisation.ts';
import {variantName} from '../../backends/hub/variantName.ts';
import {LlmError} from '../../core/errors.ts';
import {formatBytes} from '../../core/figures.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import {shellWord} from '../shellWord.ts';
import {createSpinner} from '../spinner.ts';
import type {ModelsRun} from './modelsAction.ts';
import {widthOf} from './widthOf.ts';

/** Lists the models of a repository, with what each takes on this machine, and how to pull the best. Throws `LlmError`. */
export async function showRepository(
  name: HubName,
  {options, services, io}: Pick<ModelsRun, 'options' | 'services' | 'io'>,
): Promise<number> {
  const context = options.context === undefined ? undefined : Number(options.context);
  if (context !== undefined && (!Number.isInteger(context) || context < 1))
    throw new LlmError({
      kind: 'usage',
      message: `--context wants a whole number of tokens, got "${options.context}"`,
    });
  const {signal} = new AbortController();
  const hub = await services.hub();
  const spinner = createSpinner(io.stderr, true);
  spinner.say(`looking at ${neutraliseLine(name.repo)}`);
  try {
    const whole = await hub.repository(name.repo, signal);
    const isOpen = name.quant === undefined && name.file === undefined;
    const named = isOpen ? undefined : namedVariant(name, whole);
    const {quant} = options;
    if (quant !== undefined && !isOpen)
      throw new LlmError({kind: 'usage', message: '--quant does not go with a name that says which model'});
    const ofQuant =
      quant === undefined
        ? whole.models
        : whole.models.filter(({quantisation = ''}) => isSameQuantisation(quantisation, quant));
    // Says what there is.
    if (quant !== undefined && ofQuant.length === 0) namedVariant({repo: name.repo, quant}, whole);
    const repository = {...whole, models: named ? [named] : ofQuant};
    const machine = await machineMemory();
    const assessment = await assessRepository(hub, repository, machine, signal, context);
    const pulled = (await pulledModels(services.environment.paths.models, {repo: name.repo}))
      .filter(({isComplete}) => isComplete)
      .map(({id}) => id);
    spinner.stop();
    const lines = options.json
      ? [terminalSafeJson(asJson(hub, repository, machine, assessment, pulled), 2)]
      : describeRepository(hub, repository, machine, assessment, pulled, widthOf(io.stdout));
    if (context !== undefined && assessment.context < context)
      io.stderr.write(
        `llm: the model has a context of ${assessment.context.toLocaleString('en-US')} tokens at most: the memory is for that\n`,
      );
    for (const line of lines) io.stdout.write(`${line}\n`);
    return 0;
  } finally {
    spinner.stop();
  }
}

function asJson(
  hub: Hub,
  {repo, licence, gated}: HubRepository,
  machine: MachineMemory,
  {context, shape, variants, best}: Assessment,
  pulled: readonly string[],
): object {
  return {
    name: `hf:${repo}`,
    page: hub.page(repo),
    ...(licence !== undefined && {licence}),
    gated,
    ...(shape?.contextMax !== undefined && {contextMax: shape.contextMax}),
    context,
    machine,
    files: variants.map(variant => ({
      name: variantName(repo, variant, variants),
      file: variant.file,
      ...(variant.quantisation !== undefined && {quantization: variant.quantisation}),
      parts: variant.parts.length,
      size: variant.bytes,
      memory: Math.round(variant.memory),
      ...variant.fit,
      best: variant === best,
      pulled: pulled.includes(pulledId(repo, variant.file)),
    })),
  };
}

function describeRepository(
  hub: Hub,
  {repo, licence, gated}: HubRepository,
  machine: MachineMemory,
  {context, shape, variants, best}: Assessment,
  pulled: readonly string[],
  width: number,
): string[] {
  const tokens = (count: number): string => `${count.toLocaleString('en-US')} tokens`;
  const head = [
    `hf:${repo}`,
    licence,
    shape?.contextMax !== undefined && `context up to ${tokens(shape.contextMax)}`,
    gated && `terms to accept at ${hub.page(repo)}`,
  ];
  if (variants.length === 0) return [join(head), 'It has no GGUF file.'];
  const rows = variants.map(variant => [
    variant === best ? '★' : ' ',
    variant.quantisation ?? '?',
    formatBytes(variant.bytes),
    `${shape ? '' : '> '}${formatBytes(variant.memory)}`,
    `${describeFit(variant.fit)}${pulled.includes(pulledId(repo, variant.file)) ? ', pulled' : ''}`,
    `${variant.file}${variant.parts.length > 1 ? ` and ${variant.parts.length - 1} more` : ''}`,
  ]);
  const reckoned = shape ? `with ${tokens(context)}` : 'without a context';
  const titles = [' ', 'quantisation', 'size', `memory ${reckoned}`, 'here', 'file'];
  const short = [' ', 'quantisation', 'size', 'memory', 'here', 'file'];
  // What has a quantisation of its own needs no file to be named by.
  const canDoWithoutFile = variants.every(each => !variantName(repo, each, variants).endsWith('.gguf'));
  const dropped = canDoWithoutFile ? 5 : 2;
  const tables = [
    columns([titles, ...rows]),
    columns([short, ...rows]),
    columns([short, ...rows].map(row => row.filter((_, column) => column !== dropped))),
  ];
  const table = tables.find(lines => lines.every(line => stringWidth(line) <= width)) ?? tables.at(-1) ?? [];
  return [
    join(head),
    ...table,
    ...(table === tables[0] ? [] : [`The memory is reckoned ${reckoned}.`]),
    describeMachine(machine),
    best
      ? neutraliseLine(`llm models pull ${shellWord(variantName(repo, best, variants))}`)
      : 'Nothing of it fits this machine.',
  ];
}

function describeFit({verdict, place}: Fit): string {
  return verdict === 'too large' || place === 'memory' ? verdict : `${verdict} (${place})`;
}

function describeMachine({total, free, video, unified}: MachineMemory): string {
  const share = (memory: {total: number; free: number}): string =>
    `${formatBytes(memory.free)} of ${formatBytes(memory.total)} free`;
  const card = unified
    ? ', shared with the graphics'
    : video
      ? `; on the graphics card ${share(video)}`
      : '; no graphics card that can be asked';
  return `This machine: memory ${share({total, free})}${card}.`;
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map(row => neutraliseLine(row[column] ?? '').length)),
  );
  return rows.map(row =>
    row
      .map((cell, column) =>
        cell === ' '
          ? cell
          : neutraliseLine(cell).padEnd(column === row.length - 1 ? 0 : (widths[column] ?? 0)),
      )
      .join('  '),
  );
}

function join(parts: readonly (string | false | undefined)[]): string {
  return neutraliseLine(parts.filter(Boolean).join(' · '));
}
