import {
  type Foreign,
  fenced,
  firstText,
  jsonOf,
  listOf,
  paragraphs,
  recordOf,
  textOf,
} from './foreignFields.ts';

/** A file that a message speaks of, by the id that its bytes have in the archive. */
export type Asset = {id: string; name: string; image: boolean};

/** What one node of ChatGPT's tree says, to whom it may concern. */
export type Piece =
  | {kind: 'hidden'}
  /** What the model was told beforehand: custom instructions. */
  | {kind: 'system'; text: string}
  | {kind: 'user' | 'assistant'; text: string; reasoning: string; assets: readonly Asset[]};

const hidden: Piece = {kind: 'hidden'};

/**
 * What a person saw of a message, as ChatGPT's own page shows it: thinking, answers, code that was run and its output,
 * canvas documents and pictures; not the searches and tool calls behind them. Shapes as of exports of February 2026.
 */
export function chatGptPiece(message: Foreign): Piece {
  const metadata = recordOf(message.metadata);
  const content = recordOf(message.content);
  const {role} = recordOf(message.author);
  const instructions = instructionsOf(content, metadata);
  if (instructions !== '') return {kind: 'system', text: instructions};
  if (metadata.is_visually_hidden_from_conversation === true) return hidden;
  if (role === 'system') return systemPiece(content);
  const assets = assetsOf(content, metadata);
  if (role === 'user') return pieceOf('user', textOfContent(content), '', assets);
  if (role === 'tool') return pieceOf('assistant', toolOutput(content), '', assets);
  if (role !== 'assistant') return hidden;
  if (content.content_type === 'thoughts') return pieceOf('assistant', '', thoughtsOf(content), []);
  const recipient = textOf(message.recipient);
  const text = ['', 'all'].includes(recipient) ? textOfContent(content) : toolInput(recipient, content);
  return pieceOf('assistant', text, '', assets);
}

function pieceOf(
  kind: 'user' | 'assistant',
  text: string,
  reasoning: string,
  assets: readonly Asset[],
): Piece {
  if (text.trim() === '' && reasoning === '' && assets.length === 0) return hidden;
  return {kind, text, reasoning, assets};
}

function systemPiece(content: Foreign): Piece {
  const text = textOfContent(content);
  return text.trim() === '' ? hidden : {kind: 'system', text};
}

/** Custom instructions, in the two ways in which exports have them. */
function instructionsOf(content: Foreign, metadata: Foreign): string {
  if (content.content_type === 'user_editable_context')
    return paragraphs([textOf(content.user_profile), textOf(content.user_instructions)]);
  if (metadata.is_user_system_message !== true) return '';
  const data = recordOf(metadata.user_context_message_data);
  return paragraphs([textOf(data.about_user_message), textOf(data.about_model_message)]);
}

function textOfContent(content: Foreign): string {
  switch (content.content_type) {
    case 'text':
    case 'multimodal_text':
      return withoutCitations(listOf(content.parts).map(partText).filter(Boolean).join('\n'));
    case 'code':
      return content.text ? fenced(textOf(content.text), languageOf(content)) : '';
    case 'execution_output':
      return content.text ? fenced(textOf(content.text)) : '';
    // Status lines and pages that were read.
    case 'reasoning_recap':
    case 'tether_browsing_display':
    case 'tether_quote':
    case 'sonic_webpage':
    case 'model_editable_context':
      return '';
    default:
      return withoutCitations(paragraphs([textOf(content.text), ...listOf(content.parts).map(partText)]));
  }
}

function partText(part: unknown): string {
  if (typeof part === 'string') return part;
  const {content_type: type, text} = recordOf(part);
  return type === 'text' || type === 'audio_transcription' ? textOf(text) : '';
}

function languageOf({language}: Foreign): string {
  return language === 'unknown' ? '' : textOf(language);
}

/** Marks of sources, in characters of Unicode's private area that only ChatGPT's page turns into links. */
function withoutCitations(text: string): string {
  return text.replace(/\ue200(?:file)?cite[^\ue201]*\ue201/g, '');
}

function toolOutput(content: Foreign): string {
  return content.content_type === 'execution_output' ? textOfContent(content) : '';
}

function toolInput(recipient: string, content: Foreign): string {
  const code = firstText(content.text, listOf(content.parts)[0]);
  if (recipient === 'python') return code === '' ? '' : fenced(code, 'python');
  if (!recipient.startsWith('canmore.')) return '';
  const document = recordOf(jsonOf(code));
  const text = textOf(document.content);
  if (text === '') return code === '' ? '' : fenced(code, 'json');
  const [, language] = /^code\/(.+)$/.exec(textOf(document.type)) ?? [];
  return paragraphs([`**${firstText(document.name, 'Canvas')}**`, language ? fenced(text, language) : text]);
}

function thoughtsOf(content: Foreign): string {
  const thoughts = listOf(content.thoughts).map(recordOf);
  return paragraphs(
    thoughts.flatMap(({summary, content: text}) => [summary ? `**${textOf(summary)}**` : '', textOf(text)]),
  );
}

/** `sediment://file_…` or, earlier, `file-service://file-…`. */
function assetsOf(content: Foreign, metadata: Foreign): Asset[] {
  const attached = listOf(metadata.attachments).map(recordOf);
  const nameOf = (id: string) => textOf(attached.find(each => each.id === id)?.name);
  const images = listOf(content.parts)
    .map(recordOf)
    .flatMap((part): Asset[] => {
      if (part.content_type !== 'image_asset_pointer') return [];
      const id = /^[\w-]+:\/\/([\w-]+)/.exec(textOf(part.asset_pointer))?.[1] ?? '';
      return [{id, name: nameOf(id) || 'image', image: true}];
    });
  const seen = new Set(images.map(({id}) => id));
  const files = attached
    .filter(({id}) => typeof id === 'string' && !seen.has(id))
    .map(
      ({id, name, mime_type: type, mimeType = type}): Asset => ({
        id: textOf(id),
        name: firstText(name, 'attachment'),
        image: textOf(mimeType).startsWith('image/'),
      }),
    );
  return [...images, ...files];
}
