import type {ModelsAction} from './modelsAction.ts';
import {modelsAlias} from './modelsAlias.ts';
import {modelsCopy} from './modelsCopy.ts';
import {modelsDefault} from './modelsDefault.ts';
import {modelsFavourite} from './modelsFavourite.ts';
import {modelsList} from './modelsList.ts';
import {modelsLoad, modelsUnload} from './modelsLoad.ts';
import {modelsPull} from './modelsPull.ts';
import {modelsRemove} from './modelsRemove.ts';
import {modelsRunning} from './modelsRunning.ts';
import {modelsSearch} from './modelsSearch.ts';
import {modelsShow} from './modelsShow.ts';

/** Everything that `llm models` does; without a word it does the first. */
export const modelsActions: readonly ModelsAction[] = [
  modelsList,
  modelsSearch,
  modelsShow,
  modelsRunning,
  modelsLoad,
  modelsUnload,
  modelsPull,
  modelsRemove,
  modelsCopy,
  modelsAlias,
  modelsFavourite,
  modelsDefault,
];
