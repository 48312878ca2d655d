import {createBackends} from '../../src/backends/createBackends.ts';
import {createOpenAi} from '../../src/backends/openai.ts';
import {type Preset, plainDialect, presets} from '../../src/backends/presets.ts';
import {withRetries} from '../../src/backends/withRetries.ts';
import type {Backend} from '../../src/core/backend.ts';
import {type ConformanceWire, wires} from './conformanceWires.ts';
import type {ScriptedServerOptions} from './scriptedServer.ts';

/** A backend to be tested, by the way in which a person gets it. */
export type ConformanceSubject = {
  name: string;
  wire: ConformanceWire;
  open(url: string): Promise<Backend>;
};

/** The key that no error and no other host may ever see. */
export const canary = 'sk-canary-0123456789';

/** A provider that does not exist: all that one more takes is a row. */
export const madeUp: Preset = {
  id: 'acme',
  name: 'Acme',
  protocol: 'openai',
  baseUrl: 'https://api.acme.example/v1',
  local: false,
  keyName: 'ACME_API_KEY',
  startHint: 'Check the network.',
  dialect: plainDialect,
};

/** One for each row of the table, one for the made-up row, and OpenAI as it is at its own address. */
export const subjects: readonly ConformanceSubject[] = [
  ...[...presets, madeUp].map(preset => ({
    name: preset.id,
    wire: wires[preset.protocol],
    open: (url: string) =>
      createBackends({
        presets: [preset],
        settings: {[preset.id]: {baseUrl: url, ...(!preset.keyName && {keyCommand: 'print the key'})}},
        env: preset.keyName ? {[preset.keyName]: canary} : {},
        runKeyCommand: async () => canary,
      }).open(preset.id),
  })),
  {
    name: 'openai by its responses',
    wire: wires.responses,
    open: async url =>
      withRetries(
        createOpenAi({id: 'openai', label: 'OpenAI', baseUrl: url, apiKey: canary, responses: true}),
      ),
  },
];

/** One backend for each protocol, for what does not depend on more. */
export const protocolSubjects: readonly ConformanceSubject[] = Object.values(wires).map(
  wire => subjects.find(subject => subject.wire === wire) as ConformanceSubject,
);

export type WithoutProtocol = Omit<ScriptedServerOptions, 'protocol'>;
