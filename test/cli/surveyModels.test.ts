import {describe, expect, it, onTestFinished} from 'vitest';
import {createBackends} from '../../src/backends/createBackends.ts';
import {presets} from '../../src/backends/presets.ts';
import {surveyModels} from '../../src/cli/surveyModels.ts';
import {startScriptedServer} from '../backends/scriptedServer.ts';

describe('surveyModels', () => {
  it('gives what each backend has as it answers, and says of the others why not', async () => {
    const server = await startScriptedServer({protocol: 'ollama', models: ['a']});
    onTestFinished(server.close);
    const gone = await startScriptedServer({protocol: 'ollama', models: ['b']});
    await gone.close();
    const off = Object.fromEntries(presets.map(({id}) => [id, {enabled: false}]));
    const backends = createBackends({
      settings: {
        ...off,
        one: {baseUrl: server.url, protocol: 'ollama'},
        two: {baseUrl: gone.url, protocol: 'ollama'},
      },
    });
    onTestFinished(backends.close);
    const told: string[] = [];
    const {models, silent} = await surveyModels(
      backends,
      ({id}) => id === 'two',
      new AbortController().signal,
      (backend, found) => told.push(`${backend} ${found.length}`),
    );
    expect(models.map(({id}) => id)).toEqual(['a']);
    expect(told.toSorted()).toEqual(['local 0', 'one 1']);
    const text = `two at ${new URL(gone.url).host} does not answer`;
    expect(silent).toEqual([{backend: 'two', text, isTold: true}]);
  });
});
