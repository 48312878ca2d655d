import type {Command} from 'commander';
import {LlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {terminalSafeJson} from '../core/terminalSafeJson.ts';
import {surveyThemes} from '../theme/loadTheme.ts';
import {chooseTheme, themeFolders} from './chooseTheme.ts';
import type {CommandRun} from './commandRun.ts';
import {describeTheme, isOwn} from './createLooks.ts';

export function defineThemes(command: Command): Command {
  return command
    .argument('[action]', 'list (the default) or preview')
    .argument('[name]', 'preview: only this theme')
    .option('--json', 'list: print JSON')
    .addHelpText(
      'after',
      '\nChange it with /theme in the chat, or with: llm config set theme NAME\n' +
        'Your own: NAME.json in the folder `themes` beside the history; themes/*.json of llm show how.\n',
    );
}

/** `llm themes list|preview`. */
export async function themes(run: CommandRun): Promise<number> {
  const {command, services, io} = run;
  const [action = 'list', name] = command.args;
  for (const warning of services.warnings) io.stderr.write(`llm: ${warning}\n`);
  if (action === 'list') return list(run);
  if (action === 'preview') return preview(run, name);
  throw new LlmError({
    kind: 'usage',
    message: `themes knows no action "${neutraliseLine(action)}"`,
    hint: 'These are: llm themes list, llm themes preview [NAME]',
  });
}

function list({command, services, io}: CommandRun): number {
  const {environment} = services;
  const {name: current, warning} = chooseTheme(services);
  if (warning !== undefined) io.stderr.write(`llm: ${warning}\n`);
  const files = surveyThemes(themeFolders(environment));
  const rows = files.flatMap(file => ('theme' in file ? [{...file, own: isOwn(file, environment)}] : []));
  for (const file of files) {
    // The one that was to be used has been told of.
    const isTold =
      warning !== undefined && file.name === (environment.variables.LLM_THEME ?? services.settings.theme);
    if ('fault' in file && !isTold) io.stderr.write(`llm: ${file.fault}\n`);
  }
  if (command.opts<{json?: boolean}>().json) {
    const objects = rows.map(({name, path, theme, own}) => ({
      name,
      appearance: theme.appearance,
      ...(theme.counterpart !== undefined && {counterpart: theme.counterpart}),
      own,
      current: name === current,
      path,
    }));
    io.stdout.write(`${terminalSafeJson(objects, 2)}\n`);
    return 0;
  }
  const width = Math.max(...rows.map(({name}) => name.length));
  for (const {name, theme, own} of rows) {
    const mark = name === current ? '*' : ' ';
    io.stdout.write(`${mark} ${neutraliseLine(`${name.padEnd(width)}  ${describeTheme(theme, own)}`)}\n`);
  }
  return 0;
}

async function preview({services, io}: CommandRun, name: string | undefined): Promise<number> {
  const {createPreview} = await import('./createPreview.ts');
  const draw = await createPreview(services.environment, io.stdout);
  if (name !== undefined) {
    io.stdout.write(draw(name));
    return 0;
  }
  for (const file of surveyThemes(themeFolders(services.environment))) {
    if ('fault' in file) io.stderr.write(`llm: ${file.fault}\n`);
    else io.stdout.write(draw(file.name));
  }
  return 0;
}
