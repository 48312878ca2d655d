import type {BackendCapabilities, Model} from './backend.ts';
import {LlmError} from './errors.ts';
import type {Message} from './message.ts';
import type {ThinkLevel} from './options.ts';
import type {ReplyRequest} from './reply.ts';
import {shownModel} from './shownModel.ts';

/** What a request may need of a model beyond answering, and what a model may be known not to have. */
export type Ability = 'vision' | 'thinking' | 'schema';

/** What is known of a model: by itself, and of its backend as such. */
export type ModelFacts = {model: Model; backend: BackendCapabilities};

/** True only for what a model is known to lack: a server that tells nothing keeps nobody from asking. */
export function isLacking(ability: Ability, {model, backend}: ModelFacts): boolean {
  if (model.capabilities?.includes(ability)) return false;
  return model.lacks?.includes(ability) === true || !backendHas(ability, backend);
}

/** Whether a model may be asked for a title or a summary: one that only knows its own subject answers nonsense. */
export function takesInstructions({lacks}: Model): boolean {
  return lacks?.includes('instructions') !== true;
}

function backendHas(ability: Ability, {images, thinking, schema}: BackendCapabilities): boolean {
  return {vision: images, thinking, schema}[ability];
}

/** What a request needs. A model that does not think does so as it is told when it is told not to. */
export function neededAbilities(
  messages: readonly Pick<Message, 'attachments'>[],
  {think, schema}: {think?: ThinkLevel | undefined; schema?: unknown},
): Ability[] {
  const hasImage = messages.some(({attachments = []}) => attachments.some(each => each.kind === 'image'));
  return [
    ...(hasImage ? (['vision'] as const) : []),
    ...(schema === undefined ? [] : (['schema'] as const)),
    ...(think === undefined || think === 'off' ? [] : (['thinking'] as const)),
  ];
}

/** The request without what its model lacks. In the place of an image stands a line that says so. */
export function leaveOut(request: ReplyRequest, abilities: ReadonlySet<Ability>): ReplyRequest {
  const {think, schema, messages, ...rest} = request;
  return {
    ...rest,
    messages: abilities.has('vision') ? messages.map(withoutImages) : messages,
    ...(think !== undefined && !abilities.has('thinking') && {think}),
    ...(schema && !abilities.has('schema') && {schema}),
  };
}

function withoutImages(message: Message): Message {
  const {attachments = [], ...rest} = message;
  const images = attachments.filter(each => each.kind === 'image');
  if (images.length === 0) return message;
  const notes = images.map(({name}) => `[The image ${JSON.stringify(name)} is not shown.]`);
  const others = attachments.filter(each => each.kind !== 'image');
  return {
    ...rest,
    text: [message.text, ...notes].filter(part => part !== '').join('\n'),
    ...(others.length > 0 && {attachments: others}),
  };
}

/** What a model lacks, in one line. */
export function describeLack(ability: Ability, model: string): string {
  const name = shownModel(model);
  switch (ability) {
    case 'vision':
      return `${name} does not see images`;
    case 'thinking':
      return `${name} cannot be told to think`;
    case 'schema':
      return `${name} takes no schema for its answer`;
  }
}

/** The same for a request that is not sent. */
export function lackError(ability: Ability, model: string): LlmError {
  const hints: Readonly<Record<Ability, string>> = {
    vision: 'Choose a model that sees images with /model, or leave the image out.',
    thinking: 'Go on without: `/think off`.',
    schema: 'Leave out --schema and ask for JSON in the prompt, or choose another model with /model.',
  };
  return new LlmError({
    kind: 'capability',
    message: `${describeLack(ability, model)}; nothing was sent`,
    hint: hints[ability],
  });
}
