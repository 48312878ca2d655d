import type {Ability} from './abilities.ts';
import type {Conversation} from './conversation.ts';

/** Words of servers by which it can be told what they refused. */
const words: Readonly<Record<Ability, RegExp>> = {
  vision: /image|vision|visual|multimodal|mmproj/i,
  thinking: /think|reason/i,
  schema: /schema|response_format|json|grammar|structured/i,
};

/**
 * What the conversation's model has refused in it, of what a request needs, with how often: the servers that list no
 * abilities tell only so. The words of a server that says nothing plain are taken to be about all that was needed.
 */
export function refusals(
  {nodes, model}: Conversation,
  needed: readonly Ability[],
): ReadonlyMap<Ability, number> {
  const found = new Map<Ability, number>();
  for (const {role, error, model: answering} of nodes.values()) {
    if (role !== 'assistant' || answering !== model || error?.kind !== 'capability') continue;
    const named = (Object.keys(words) as Ability[]).filter(ability => words[ability].test(error.message));
    for (const ability of named.length > 0 ? named : needed)
      if (needed.includes(ability)) found.set(ability, (found.get(ability) ?? 0) + 1);
  }
  return found;
}
