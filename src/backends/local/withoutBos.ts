import type {ChatWrapper} from 'node-llama-cpp';

type Library = typeof import('node-llama-cpp');

/**
 * A wrapper whose text does not begin with the token for the beginning: that of the library puts it there whatever the
 * file says, and a model whose file says `add_bos_token: false` has never seen it.
 */
export function withoutBos({LlamaText, SpecialToken}: Library, wrapper: ChatWrapper): ChatWrapper {
  const generate = wrapper.generateContextState.bind(wrapper);
  return Object.assign(wrapper, {
    generateContextState(options: Parameters<ChatWrapper['generateContextState']>[0]) {
      const state = generate(options);
      const values = state.contextText.values.filter(
        value => !(value instanceof SpecialToken && value.value === 'BOS'),
      );
      return {...state, contextText: LlamaText(values)};
    },
  });
}
