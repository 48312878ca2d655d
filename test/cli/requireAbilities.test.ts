import {describe, expect, it} from 'vitest';
import {requireAbilities} from '../../src/cli/requireAbilities.ts';
import type {BackendCapabilities, Model} from '../../src/core/backend.ts';
import {exitStatus} from '../../src/core/errors.ts';
import type {Attachment} from '../../src/core/message.ts';
import {emptyConversation} from '../core/sampleSession.ts';
import {createScriptedBackend} from '../core/scriptedBackend.ts';

const photo: Attachment = {kind: 'image', name: 'a.png', mediaType: 'image/png', data: new Uint8Array([1])};
const blind: Model = {id: 'model', backend: 'test', capabilities: ['chat'], lacks: ['vision', 'thinking']};

function prepared(models: readonly Model[], capabilities: Partial<BackendCapabilities> = {}) {
  const backend = createScriptedBackend({models, capabilities});
  let described = 0;
  const services = {
    resolve: async () => ({
      backend: {
        ...backend,
        describe: (model: string, signal: AbortSignal) => {
          described += 1;
          return backend.describe(model, signal);
        },
      },
      model: 'model',
    }),
  };
  return {services, described: () => described};
}

describe('a prompt where nobody can be asked', () => {
  it.each([
    [{}, [photo], undefined, 'does not see images'],
    [{think: 'high' as const}, [], undefined, 'cannot be told to think'],
  ])(
    'is refused for a model that is known to lack what it needs: %#',
    async (change, files, schema, words) => {
      const {services} = prepared([blind]);
      const refused = requireAbilities(services, emptyConversation(change), files, schema);
      await expect(refused).rejects.toMatchObject({
        kind: 'capability',
        message: expect.stringContaining(words),
      });
      // As it is when the server refuses: what it says of its models is no concern of scripts.
      expect(exitStatus('capability')).toBe(1);
    },
  );

  it('is refused where its protocol has no place for a schema', async () => {
    const {services} = prepared([], {schema: false});
    await expect(requireAbilities(services, emptyConversation(), [], {})).rejects.toMatchObject({
      message: 'test/model takes no schema for its answer; nothing was sent',
    });
  });

  it('costs no look at the model when it needs nothing, nor at a cloud', async () => {
    const plain = prepared([blind]);
    await requireAbilities(plain.services, emptyConversation({think: 'off'}), [], undefined);
    expect(plain.described()).toBe(0);
    const cloud = prepared([blind], {local: false});
    await requireAbilities(cloud.services, emptyConversation(), [photo], {});
    expect(cloud.described()).toBe(0);
  });

  it('is sent when nothing is known', async () => {
    const {services, described} = prepared([{id: 'model', backend: 'test'}]);
    await requireAbilities(services, emptyConversation({think: 'high'}), [photo], {});
    expect(described()).toBe(1);
  });
});
