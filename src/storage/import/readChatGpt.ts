import type {Conversation, MessageNode} from '../../core/conversation.ts';
import type {Attachment, StopReason} from '../../core/message.ts';
import {type Asset, chatGptPiece, type Piece} from './chatGptPiece.ts';
import {derivedId} from './derivedId.ts';
import {foreignConversation} from './foreignConversation.ts';
import {type Foreign, firstText, paragraphs, recordOf, secondsToMs, textOf} from './foreignFields.ts';
import type {ImportReport} from './importSource.ts';
import {fullModelName} from './modelName.ts';
import {parentsFirst} from './parentsFirst.ts';

/** Gives what an asset holds, where the archive has it. */
export type LoadAsset = (asset: Asset) => Attachment | undefined;

type TreeNode = {id: string; parent: string | null; message: Foreign};
type Said = Extract<Piece, {kind: 'user' | 'assistant'}>;

/** Where a node of the source ended up, and how many more steps may go into the same message. */
type Place = {id: string | null; room: number};

/** The most steps of one answer: a bound, so that a made-up file cannot make the joining take for ever. */
const mostSteps = 500;

/**
 * A conversation of ChatGPT's data export (`conversations.json`: `mapping`, a tree of nodes; `current_node`, the end of
 * the path shown). Every branch is kept. The steps of an answer (thinking, code, its output, text), which are nodes of
 * their own there, become one answer as long as nothing branches between them.
 */
export function readChatGpt(value: Foreign, report: ImportReport, load: LoadAsset): Conversation {
  const source = firstText(value.conversation_id, value.id);
  const created = secondsToMs(value.create_time);
  const tree = treeOf(value);
  const children = new Map<string | null, number>();
  for (const {parent} of tree) children.set(parent, (children.get(parent) ?? 0) + 1);
  const places = new Map<string, Place>();
  const nodes = new Map<string, MessageNode>();
  const systems: string[] = [];
  for (const {id, parent, message} of tree) {
    const before = (parent === null ? undefined : places.get(parent)) ?? {id: null, room: 0};
    const isOnly = children.get(parent) === 1;
    const piece = chatGptPiece(message);
    if (piece.kind === 'system' && !systems.includes(piece.text)) systems.push(piece.text);
    if (piece.kind === 'hidden' || piece.kind === 'system') {
      places.set(id, {id: before.id, room: isOnly ? before.room : 0});
      continue;
    }
    const attachments = loadAll(piece.assets, load, report);
    const last = before.id === null ? undefined : nodes.get(before.id);
    if (last && before.room > 0 && isOnly && piece.kind === 'assistant' && last.role === 'assistant') {
      nodes.set(last.id, joined(last, piece, attachments, message));
      places.set(id, {id: last.id, room: before.room - 1});
    } else {
      const node = nodeOf(derivedId('chatgpt', source, id), before.id, piece, attachments, message);
      nodes.set(node.id, {
        ...node,
        created: secondsToMs(message.create_time) ?? last?.created ?? created ?? 0,
      });
      places.set(id, {id: node.id, room: mostSteps});
    }
  }
  return foreignConversation(
    {
      id: derivedId('chatgpt', source),
      title: textOf(value.title),
      created,
      updated: secondsToMs(value.update_time),
      model: fullModelName(firstText(value.model_slug, value.default_model_slug)),
      system: paragraphs(systems),
      head: places.get(textOf(value.current_node))?.id,
    },
    [...nodes.values()],
  );
}

function treeOf({mapping}: Foreign): TreeNode[] {
  const nodes = Object.entries(recordOf(mapping)).map(([id, value]): TreeNode => {
    const {parent, message} = recordOf(value);
    return {id, parent: textOf(parent) || null, message: recordOf(message)};
  });
  return parentsFirst(nodes);
}

function nodeOf(
  id: string,
  parent: string | null,
  {kind, text, reasoning}: Said,
  attachments: readonly Attachment[],
  message: Foreign,
): MessageNode {
  return {
    id,
    parent,
    role: kind,
    text,
    ...(reasoning !== '' && {reasoning}),
    ...(attachments.length > 0 && {attachments}),
    created: 0,
    ...(kind === 'assistant' && {...modelOf(message), stop: stopOf(message)}),
  };
}

/** An answer with its next step. */
function joined(
  node: MessageNode,
  {text, reasoning}: Said,
  attachments: readonly Attachment[],
  message: Foreign,
): MessageNode {
  const all = [...(node.attachments ?? []), ...attachments];
  const thought = paragraphs([node.reasoning ?? '', reasoning]);
  return {
    ...node,
    text: paragraphs([node.text, text]),
    ...(thought !== '' && {reasoning: thought}),
    ...(all.length > 0 && {attachments: all}),
    ...modelOf(message),
    stop: stopOf(message),
  };
}

function modelOf(message: Foreign): {model?: string} {
  const model = fullModelName(textOf(recordOf(message.metadata).model_slug));
  return model === '' ? {} : {model: model.includes('/') ? model : `openai/${model}`};
}

function stopOf({status, metadata}: Foreign): StopReason {
  if (status === 'in_progress') return 'interrupted';
  switch (recordOf(recordOf(metadata).finish_details).type) {
    case 'max_tokens':
      return 'length';
    case 'interrupted':
      return 'aborted';
    default:
      return 'stop';
  }
}

function loadAll(assets: readonly Asset[], load: LoadAsset, report: ImportReport): Attachment[] {
  return assets.flatMap(asset => {
    const found = load(asset);
    if (!found) report.missing++;
    return found ? [found] : [];
  });
}
