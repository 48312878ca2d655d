import type {Command} from 'commander';
import {LlmError} from '../core/errors.ts';
import {formatBytes} from '../core/figures.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {terminalSafeJson} from '../core/terminalSafeJson.ts';
import type {CommandRun} from './commandRun.ts';

export function defineModels(command: Command): Command {
  return command.argument('[action]', 'list', 'list').option('--json', 'print JSON');
}

/** `llm models list`: the models of every local backend that answers, with full names. */
export async function models({command, services, io}: CommandRun): Promise<number> {
  const [action = 'list'] = command.args;
  if (action !== 'list') {
    throw new LlmError({
      kind: 'usage',
      message: `models knows no action "${neutraliseLine(action)}"`,
      hint: 'There is: llm models list',
    });
  }
  for (const warning of services.warnings) io.stderr.write(`llm: ${warning}\n`);
  const found = await services.listModels();
  if (command.opts<{json?: boolean}>().json) {
    const rows = found.map(model => ({name: `${model.backend}/${model.id}`, ...model}));
    io.stdout.write(`${terminalSafeJson(rows, 2)}\n`);
    return 0;
  }
  const width = Math.max(0, ...found.map(({backend, id}) => `${backend}/${id}`.length));
  for (const {backend, id, parameters, quantization, size, loaded} of found) {
    const details = [parameters, quantization, size !== undefined && formatBytes(size), loaded && 'loaded'];
    const line = `${`${backend}/${id}`.padEnd(width)}  ${details.filter(Boolean).join(' · ')}`;
    io.stdout.write(`${neutraliseLine(line)}\n`);
  }
  return 0;
}
