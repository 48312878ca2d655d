import type {Command} from 'commander';
import type {CommandRun} from './commandRun.ts';

/** A subcommand: its line in `--help`, and its code, which is loaded only when it is the one that runs. */
export type Subcommand = {
  name: string;
  usage: string;
  summary: string;
  load(): Promise<{
    define(command: Command): Command;
    run(run: CommandRun): Promise<number>;
  }>;
};

/** Every subcommand, in the order of the help. */
export const subcommands: readonly Subcommand[] = [
  {
    name: 'chat',
    usage: '[options]',
    summary: 'talk in the terminal (also bare `llm`)',
    async load() {
      const {defineChat, chat} = await import('./chat.ts');
      return {define: defineChat, run: chat};
    },
  },
  {
    name: 'run',
    usage: '[options] [prompt...]',
    summary: 'print one answer (also `llm` with piped stdin)',
    async load() {
      const {defineRun, run} = await import('./run.ts');
      return {define: defineRun, run: ({command, services, io}) => run(command, services, io)};
    },
  },
  {
    name: 'compare',
    usage: '-m MODEL -m MODEL [prompt...]',
    summary: 'have several models answer side by side',
    async load() {
      const {defineCompare, compare} = await import('./compare/compare.ts');
      return {define: defineCompare, run: compare};
    },
  },
  {
    name: 'models',
    usage: 'list | search | pull | show | rm …',
    summary: 'find models, pull them, load them, and give them short names',
    async load() {
      const {defineModels, models} = await import('./models/models.ts');
      return {define: defineModels, run: models};
    },
  },
  {
    name: 'history',
    usage: 'list | show | search | export | import | rm …',
    summary: 'find, export, import and delete your conversations',
    async load() {
      const {defineHistory, history} = await import('./history/history.ts');
      return {define: defineHistory, run: history};
    },
  },
  {
    name: 'themes',
    usage: 'list | preview [name]',
    summary: 'list the themes, and see how they look',
    async load() {
      const {defineThemes, themes} = await import('./themes.ts');
      return {define: defineThemes, run: themes};
    },
  },
  {
    name: 'config',
    usage: 'list | get | set | unset | path | edit',
    summary: 'show and change the settings',
    async load() {
      const {defineConfig, config} = await import('./configCommand.ts');
      return {define: defineConfig, run: config};
    },
  },
  {
    name: 'keys',
    usage: 'list | set | rm',
    summary: 'store the keys of clouds, and see where each comes from',
    async load() {
      const {defineKeys, keys} = await import('./keys/keys.ts');
      return {define: defineKeys, run: keys};
    },
  },
  {
    name: 'doctor',
    usage: '[--json]',
    summary: 'find what is wrong, and the remedy',
    async load() {
      const {defineDoctor, doctor} = await import('./doctor.ts');
      return {define: defineDoctor, run: doctor};
    },
  },
];
