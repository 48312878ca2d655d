import {createCodeBlocks} from '../../src/commands/createCodeBlocks.ts';
import {createTranscript} from '../../src/ui/transcript.ts';
import {emptyConversation, sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend} from '../core/scriptedBackend.ts';
import {loadPlainMarkdown, plainStyles} from './look.ts';

export type PrepareTranscript = Awaited<ReturnType<typeof prepareTranscripts>>;

/** Loads what draws markdown, and returns a function that makes a transcript over a session with a scripted backend. */
export async function prepareTranscripts() {
  const markdownAt = await loadPlainMarkdown();
  return ({hideThinking = false, conversation = emptyConversation(), width = 200, now = Date.now} = {}) => {
    const printed: string[] = [];
    const codeBlocks = createCodeBlocks();
    const transcript = createTranscript({
      print: piece => printed.push(piece),
      markdown: numbers => markdownAt(60, numbers),
      codeNumbers: codeBlocks,
      styles: () => plainStyles,
      width: () => width,
      hideThinking,
      now,
    });
    const backend = createScriptedBackend();
    const session = sessionOver(backend, {conversation, notifyMs: 0});
    session.subscribe(() => transcript.follow(session.snapshot()));
    return {printed, transcript, backend, session, codeBlocks, screen: () => printed.join('')};
  };
}
