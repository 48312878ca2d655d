import {describe, expect, it} from 'vitest';
import {listedAbilities, ollamaAbilities, propsAbilities} from '../../src/backends/modelAbilities.ts';
import {readModelList} from '../../src/backends/openAiModels.ts';

describe('what a list tells of a model', () => {
  it.each([
    [
      'OpenRouter, of one that sees and thinks',
      {
        id: 'a',
        architecture: {input_modalities: ['text', 'image'], output_modalities: ['text']},
        supported_parameters: ['reasoning', 'tools', 'structured_outputs'],
      },
      {capabilities: ['chat', 'vision', 'thinking', 'schema', 'tools']},
    ],
    [
      'OpenRouter, of a plain one',
      {id: 'a', architecture: {input_modalities: ['text']}, supported_parameters: ['temperature']},
      {lacks: ['vision', 'thinking', 'schema', 'tools']},
    ],
    [
      'Mistral',
      {id: 'a', capabilities: {completion_chat: true, function_calling: true, vision: false}},
      {capabilities: ['chat', 'tools'], lacks: ['vision']},
    ],
    [
      "LM Studio's newer list",
      {
        key: 'a',
        type: 'llm',
        capabilities: {
          vision: false,
          trained_for_tool_use: true,
          reasoning: {allowed_options: ['low', 'medium', 'high'], default: 'low'},
        },
      },
      {
        capabilities: ['chat', 'tools', 'thinking'],
        lacks: ['vision'],
        thinkLevels: ['low', 'medium', 'high'],
      },
    ],
    [
      "LM Studio's newer list, of one with a switch",
      {key: 'a', type: 'llm', capabilities: {vision: true, reasoning: {allowed_options: ['off', 'on']}}},
      {capabilities: ['chat', 'vision', 'thinking']},
    ],
    [
      "LM Studio's older list",
      {id: 'a', type: 'vlm', capabilities: ['tool_use']},
      {capabilities: ['chat', 'vision', 'tools']},
    ],
    [
      "LM Studio's older list, of one that is blind",
      {id: 'a', type: 'llm'},
      {capabilities: ['chat'], lacks: ['vision']},
    ],
    ['llama.cpp', {id: 'a', architecture: {input_modalities: ['text']}}, {lacks: ['vision']}],
    ['vLLM', {id: 'a', max_model_len: 4096}, {}],
  ])('is read as %s says it', (_server, entry, expected) => {
    const [model] = readModelList({data: [entry]}, 'x') ?? [];
    const {capabilities, lacks, thinkLevels} = model ?? {};
    expect({
      ...(capabilities && {capabilities}),
      ...(lacks && {lacks}),
      ...(thinkLevels && {thinkLevels}),
    }).toEqual(expected);
  });

  it.each([{}, {architecture: 3}, {architecture: {input_modalities: 'image'}, capabilities: 'vision'}])(
    'is nothing when it makes no sense: %j',
    fields => {
      expect(listedAbilities(fields, undefined)).toEqual({});
    },
  );
});

describe("what llama.cpp's properties tell", () => {
  it.each([
    [
      {modalities: {vision: true}, chat_template: '{{ messages }}<think>'},
      {capabilities: ['chat', 'vision', 'thinking']},
    ],
    [{modalities: {vision: false}, chat_template: '{{ messages }}'}, {lacks: ['vision', 'thinking']}],
    [{modalities: {vision: false}, chat_template: '<|channel|>analysis'}, {lacks: ['vision']}],
    [{}, {}],
    ['Not found', {}],
  ])('of %j', (body, expected) => {
    expect(propsAbilities(body)).toEqual(expected);
  });
});

describe('what Ollama tells', () => {
  it('is all that a model can do', () => {
    expect(ollamaAbilities('qwen3', ['chat', 'thinking'])).toEqual({
      capabilities: ['chat', 'thinking'],
      lacks: ['vision', 'tools'],
    });
    expect(ollamaAbilities('gpt-oss:20b', ['chat', 'thinking', 'vision', 'tools'])).toEqual({
      capabilities: ['chat', 'thinking', 'vision', 'tools'],
      thinkLevels: ['low', 'medium', 'high'],
    });
  });

  it('is nothing in an older version', () => {
    expect(ollamaAbilities('qwen3', undefined)).toEqual({});
  });
});
