import type {Command} from 'commander';
import {LlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {loadTheme} from '../theme/loadTheme.ts';
import type {CommandRun} from './commandRun.ts';
import {
  type ConfigIo,
  configEdit,
  configGet,
  configList,
  configPath,
  configSet,
  configUnset,
} from './config.ts';

export function defineConfig(command: Command): Command {
  return command
    .argument('[action]', 'list (the default), get, set, unset, path or edit')
    .argument('[words...]', 'the name of a setting, and for set its value')
    .option('--json', 'print JSON');
}

/** `llm config …`. */
export async function config({command, services, io}: CommandRun): Promise<number> {
  const [action = 'list', key, ...words] = command.args;
  const target: ConfigIo = {
    path: services.environment.paths.config,
    home: services.environment.paths.home,
    out: text => io.stdout.write(text),
    warn: line => io.stderr.write(`llm: ${line}\n`),
    editor: services.environment.editor,
  };
  for (const warning of services.warnings) target.warn(warning);
  const named = (): string => {
    if (key !== undefined) return key;
    throw new LlmError({
      kind: 'usage',
      message: `config ${action} wants the name of a setting`,
      hint: 'Type: llm config list',
    });
  };
  switch (action) {
    case 'list':
      return configList(target, command.opts<{json?: boolean}>());
    case 'get':
      return configGet(target, named());
    case 'set': {
      // A theme is known only by its file.
      const {paths} = services.environment;
      if (named() === 'theme' && words.length === 1)
        loadTheme(words[0] ?? '', [paths.themes, paths.builtInThemes]);
      return configSet(target, named(), words);
    }
    case 'unset':
      return configUnset(target, named());
    case 'path':
      return configPath(target);
    case 'edit':
      return configEdit(target);
    default:
      throw new LlmError({
        kind: 'usage',
        message: `config knows no action "${neutraliseLine(action)}"`,
        hint: 'One of: list, get, set, unset, path, edit',
      });
  }
}
