import type {KeysAction} from './keysAction.ts';
import {keysList} from './keysList.ts';
import {keysRemove} from './keysRemove.ts';
import {keysSet} from './keysSet.ts';

/** Everything that `llm keys` does; without a word it does the first. */
export const keysActions: readonly KeysAction[] = [keysList, keysSet, keysRemove];
