import {accessSync, constants, existsSync, readdirSync, statfsSync, statSync} from 'node:fs';
import path from 'node:path';
import type {Finding} from '../../commands/command.ts';
import {describeError, toLlmError} from '../../core/errors.ts';
import {surveyThemes} from '../../theme/loadTheme.ts';
import {chooseTheme, themeFolders} from '../chooseTheme.ts';
import type {Services} from '../createServices.ts';
import {readSettings, settingsFault} from '../settings.ts';

/** Below this much room a long chat may not be kept, in bytes. */
const leastRoom = 200e6;

/** A database up to this size is checked while a chat waits; a larger one takes seconds. In bytes. */
const quicklyChecked = 50e6;

type Needed = Pick<Services, 'environment' | 'settings' | 'warnings'>;

/** What is to be said about the program's files. With `thorough`, a database of any size is checked. */
export async function fileFindings(services: Needed, thorough: boolean): Promise<Finding[]> {
  const {paths} = services.environment;
  return [
    ...settingsFindings(services),
    ...folderFindings(paths.data),
    ...(await databaseFindings(paths.database, paths.home, thorough)),
    ...setAsideFindings(paths.database),
    ...historyFindings(paths.promptHistory),
    ...themeFindings(services),
  ];
}

function settingsFindings(services: Needed): Finding[] {
  const file = services.environment.paths.config;
  const area = 'settings';
  const fault = settingsFault(file);
  if (fault !== undefined) {
    return [{area, state: 'problem', text: fault, remedy: 'Put it right: llm config edit'}];
  }
  const count = readSettings(file).entries.length;
  const {warning} = chooseTheme(services);
  return [
    {
      area,
      state: 'ok',
      text: existsSync(file) ? `${file}: ${count} set` : `${file}: none yet, all is as it comes`,
    },
    ...[...services.warnings, ...(warning === undefined ? [] : [warning])].map(
      (text): Finding => ({area, state: 'warning', text, remedy: 'Look at them: llm config edit'}),
    ),
  ];
}

function folderFindings(folder: string): Finding[] {
  const area = 'files';
  const existing = nearest(folder);
  if (!isWritable(existing)) {
    return [
      {
        area,
        state: 'problem',
        text: `${existing} cannot be written, so nothing is kept`,
        remedy: `Look at who owns it: ls -ld ${existing}. Or choose another folder with LLM_HOME.`,
      },
    ];
  }
  const {bavail, bsize} = statfsSync(existing);
  const room = bavail * bsize;
  return room < leastRoom
    ? [
        {
          area,
          state: 'warning',
          text: `${folder}: there are only ${Math.floor(room / 1e6)} MB left on its disk`,
          remedy: 'Make room: what cannot be written is not kept.',
        },
      ]
    : [{area, state: 'ok', text: `${folder} can be written`}];
}

async function databaseFindings(file: string, home: string, thorough: boolean): Promise<Finding[]> {
  const area = 'database';
  if (!existsSync(file)) return [{area, state: 'ok', text: `${file}: none yet, no conversation was kept`}];
  const [{openDatabase}, {formatBytes}, {markDamaged}, {atNextStart, isDamage}] = await Promise.all([
    import('../../storage/openDatabase.ts'),
    import('../../core/figures.ts'),
    import('../../storage/salvage/setAside.ts'),
    import('../../storage/storageError.ts'),
  ]);
  try {
    const database = openDatabase(file, {home});
    try {
      const version = database.get<{user_version: number}>('PRAGMA user_version')?.user_version ?? 0;
      const size = statSync(file).size;
      const isChecked = thorough || size <= quicklyChecked;
      const faults = isChecked
        ? database
            .all<Record<string, unknown>>('PRAGMA quick_check(3)')
            .map(row => String(Object.values(row)[0]))
            .filter(result => result !== 'ok')
        : [];
      // Otherwise the next start might open it, and find nothing of this.
      if (faults.length > 0) markDamaged(file);
      const state = isChecked ? ', whole' : ' (not checked here: `llm doctor` in a shell does)';
      return [
        ...(faults.length > 0
          ? [
              {
                area,
                state: 'problem' as const,
                text: `${file} is damaged: ${faults.join('; ')}`,
                remedy: atNextStart,
              },
            ]
          : [
              {area, state: 'ok' as const, text: `${file}: version ${version}, ${formatBytes(size)}${state}`},
            ]),
        ...database.warnings.map((text): Finding => ({area, state: 'warning', text})),
      ];
    } finally {
      database.close();
    }
  } catch (thrown) {
    if (isDamage(thrown)) markDamaged(file);
    const {message, hint} = toLlmError(thrown, 'storage');
    return [{area, state: 'problem', text: message, ...(hint && {remedy: hint})}];
  }
}

/** The damaged databases of earlier days. */
function setAsideFindings(file: string): Finding[] {
  const [folder, name] = [path.dirname(file), path.basename(file)];
  return entriesOf(folder)
    .filter(each => each.startsWith(`${name}.broken-`) && !/-(?:wal|shm)$/.test(each))
    .map(each => ({
      area: 'database',
      state: 'warning',
      text: `${path.join(folder, each)}: was damaged, and set aside; what could be read of it is in ${name}`,
      remedy: 'Delete it when you miss nothing',
    }));
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // What is wrong with the folder is said where it is looked at.
    return [];
  }
}

function historyFindings(file: string): Finding[] {
  const area = 'prompt history';
  if (!existsSync(file)) return [{area, state: 'ok', text: `${file}: none yet`}];
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    return [{area, state: 'ok', text: `${file} can be read and written`}];
  } catch (thrown) {
    return [
      {
        area,
        state: 'problem',
        text: `${file} cannot be used: ${describeError(toLlmError(thrown))}`,
        remedy: `Look at who owns it: ls -l ${file}`,
      },
    ];
  }
}

/** Theme files that cannot be used. The one that was asked for is told of with the settings. */
function themeFindings(services: Needed): Finding[] {
  const {environment, settings} = services;
  const asked = environment.variables.LLM_THEME ?? settings.theme;
  return surveyThemes(themeFolders(environment)).flatMap(file =>
    'fault' in file && file.name !== asked
      ? [
          {
            area: 'themes',
            state: 'warning' as const,
            text: file.fault,
            remedy: `Put it right, or take it away: ${file.path}`,
          },
        ]
      : [],
  );
}

/** The folder itself, or the one above it that exists: there it would be made. */
function nearest(folder: string): string {
  return existsSync(folder) || folder === path.dirname(folder) ? folder : nearest(path.dirname(folder));
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
