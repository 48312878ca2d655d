import type {CompareEnd} from '../commands/chatFace.ts';
import type {CommandContext} from '../commands/command.ts';
import type {Comparison} from '../core/compare/createComparison.ts';
import {type LlmError, toLlmError} from '../core/errors.ts';
import type {Composer, PromptRecall} from './composer/createComposer.ts';
import type {ScreenActions} from './createKeyHandler.ts';
import type {Look} from './createLook.ts';
import type {Printer} from './createPrinter.ts';
import {editInEditor} from './editInEditor.ts';
import type {Hint} from './hint.ts';
import type {KeyReader} from './keys/createKeyReader.ts';
import {lendScreen} from './lendScreen.ts';
import type {Picker} from './picker/createPicker.ts';
import {type PromptPickerSettings, promptPicker} from './picker/promptPicker.ts';
import {suspendToShell} from './suspendToShell.ts';
import type {TerminalPort} from './TerminalBridge.tsx';
import type {Transcript} from './transcript.ts';

export type ScreenActionsSettings = {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  context: CommandContext;
  look: Look;
  prompts: {readonly history: PromptRecall; readonly search: {search: PromptPickerSettings['search']}};
  remember(prompt: string): void;
  editor: {command: string; folder: string};
  keys: KeyReader;
  printer: Printer;
  port: Promise<TerminalPort>;
  composer: Composer;
  picker: Picker;
  transcript: Transcript;
  hint: Hint;
  submit(line: string): void;
  showError(error: LlmError): void;
  /** The raw material of a failed answer, as far as it is known. */
  detail(messageId: string): string | undefined;
  reply(sequence: string): void;
  quit(): void;
  /** Aborted when the chat ends. */
  ending: AbortSignal;
};

/** What keys do to the screen as a whole, and what other programs and screens it is lent to. */
export function createScreenActions(settings: ScreenActionsSettings): ScreenActions & {
  openViewer(place: {at?: string; search?: string}): void;
  /** Shows a comparison until the person leaves it. */
  compare(comparison: Comparison): Promise<CompareEnd>;
  /** Shows the models until the person leaves them. Resolves with the one that the chat is to go on with, if any. */
  manage(): Promise<string | undefined>;
  /** The models are shown now, with all that becomes of them. */
  isManaging(): boolean;
  /** Resolves when nobody else has the terminal. */
  closed(): Promise<void>;
} {
  const {stdin, stdout, context, look, keys, printer, port, composer, picker, transcript, hint, detail} =
    settings;
  /** Who has the terminal besides the chat. */
  let lent: Promise<void> | null = null;
  let isManaging = false;

  const lend = (to: (terminal: TerminalPort) => Promise<void>): void => {
    lent ??= port
      .then(to)
      .catch(thrown => settings.showError(toLlmError(thrown, 'usage')))
      .finally(() => {
        lent = null;
      });
  };
  const openViewer = (place: {at?: string; search?: string}): void =>
    lend(async terminal => {
      const {openViewer: open} = await import('./viewer/openViewer.tsx');
      await open({
        session: context.session,
        styles: look.styles,
        markdown: (columns, number) =>
          look.markdown(
            () => columns,
            number === undefined ? undefined : {begin: () => number, add() {}, count: () => number - 1},
          ),
        codeNumber: context.codeBlocks.find,
        bindings: context.keys,
        copy: context.copy,
        place,
        detail,
        reply: settings.reply,
        onRestyle: look.subscribe,
        stdout,
        stdin,
        keys,
        printer,
        port: terminal,
        signal: settings.ending,
      });
    });

  return {
    quit: settings.quit,
    suspend: () => lend(terminal => suspendToShell(keys, printer, terminal)),
    // What is on the screen moves up into the scrollback, where it stays readable, and the chat begins at the top.
    redraw: () => printer.print(`${'\n'.repeat(stdout.rows)}\u001b[H`),
    searchPrompts() {
      // What is half typed stays where it is, unless an earlier prompt is put in its place.
      picker.open(
        promptPicker({
          search: settings.prompts.search.search,
          submit: settings.submit,
          edit: composer.setText,
          now: Date.now,
        }),
      );
    },
    editInEditor: () =>
      lend(async terminal => {
        const text = await editInEditor({
          text: composer.text(),
          editor: settings.editor.command,
          folder: settings.editor.folder,
          async withTerminal(run) {
            await printer.flushed();
            printer.pause();
            try {
              await terminal.suspend(async () => {
                keys.stop();
                try {
                  await run();
                } finally {
                  keys.start();
                }
              });
            } finally {
              printer.resume();
            }
          },
        });
        composer.edit(text);
      }),
    view: () => openViewer({}),
    toggleThinking() {
      const manner = transcript.toggleThinking();
      hint.show(manner === 'shown' ? 'Thinking is shown' : 'Thinking is folded');
    },
    toggleMarkdown() {
      hint.show(transcript.toggleMarkdown() === 'raw' ? 'Markdown as it is written' : 'Markdown is rendered');
    },
    reply: settings.reply,
    openViewer,
    async compare(comparison) {
      let end: CompareEnd = {pane: undefined, promoted: false};
      // The viewer may be open.
      while (lent) await lent;
      lend(async terminal => {
        const {showComparison} = await import('./compare/showComparison.tsx');
        await lendScreen({printer, port: terminal}, async () => {
          end = await showComparison({
            comparison,
            hasChat: true,
            context,
            look,
            history: settings.prompts.history,
            remember: settings.remember,
            stdout,
            stdin,
            keys,
            reply: settings.reply,
            signal: settings.ending,
          });
        });
      });
      await lent;
      return end;
    },
    async manage() {
      let chosen: string | undefined;
      // The viewer may be open.
      while (lent) await lent;
      lend(async terminal => {
        const {openManager} = await import('./manager/openManager.tsx');
        await lendScreen({printer, port: terminal}, async () => {
          isManaging = true;
          chosen = await openManager({
            shelf: context.shelf,
            styles: look.styles,
            bindings: context.keys,
            current: () => context.session.snapshot().conversation.model,
            reply: settings.reply,
            onRestyle: look.subscribe,
            stdout,
            stdin,
            keys,
            signal: settings.ending,
          }).finally(() => {
            isManaging = false;
          });
        });
      });
      await lent;
      return chosen;
    },
    isManaging: () => isManaging,
    closed: async () => {
      await lent;
    },
  };
}
