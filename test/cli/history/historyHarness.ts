import {writeFileSync} from 'node:fs';
import {Command} from 'commander';
import {defineHistory, history} from '../../../src/cli/history/history.ts';
import {orderArguments} from '../../../src/cli/orderArguments.ts';
import type {Conversation} from '../../../src/core/conversation.ts';
import {fakeIo} from '../fakeIo.ts';
import {isolatedEnvironment, scriptedServices} from '../fakeServices.ts';

/** `llm history …` over a folder of its own that holds these conversations, and a file of these settings. */
export async function historyOf(conversations: readonly Conversation[] = [], settings?: object) {
  const environment = isolatedEnvironment();
  if (settings) writeFileSync(environment.paths.config, JSON.stringify(settings), {mode: 0o600});
  const {services} = scriptedServices({}, environment);
  const store = await services.store();
  for (const conversation of conversations) store.importConversations(take => take(conversation));
  const run = async (...args: string[]) => {
    const fake = fakeIo();
    const command = defineHistory(new Command('llm history').exitOverride());
    command.parse(orderArguments(args), {from: 'user'});
    const status = await history({command, services, io: fake.io, firstFrame: null});
    return {status, out: fake.stdout(), err: fake.stderr()};
  };
  return {run, store, paths: environment.paths};
}
