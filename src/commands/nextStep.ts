import {formatBytes} from '../core/figures.ts';
import {shownModel} from '../core/shownModel.ts';

/** What leads from the built-in guide to a model for real work, on this machine as it is. */
export type NextStep =
  /** One is there already (its full name). */
  | {type: 'use'; model: string}
  /** A server is installed and does not run. */
  | {type: 'start'; server: string}
  | {type: 'pull'; pull: OfferedModel}
  /** The embedded engine has to be fetched first. */
  | {type: 'engine'; bytes: number}
  /** None: the model that answers (its full name) is one for real work. */
  | {type: 'ready'; model: string}
  /** Nothing that a key could do: what the person can do. */
  | {type: 'advice'; text: string};

/** A model to pull. */
export type OfferedModel = {
  /** The id of the backend that pulls it, and the name that it knows it by. */
  backend: string;
  name: string;
  /** For people. */
  title: string;
  /** Its size, about. */
  bytes: number;
  /** So much of it has come already, in bytes; missing where its pull was not begun. */
  come?: number;
  licence: string;
  /** Whom it comes from: `Hugging Face`. */
  source: string;
};

/** What has to be pressed or typed, as the beginning of a sentence: `Enter on an empty line`. */
export type HowToTake = string;

/** The offer of a step, in one line or two short sentences. */
export function describeStep(step: NextStep, how: HowToTake): string {
  switch (step.type) {
    case 'use':
      return `${how} goes on with ${shownModel(step.model)}.`;
    case 'start':
      return `${step.server} is installed but does not run. ${how} starts it.`;
    case 'pull': {
      const {title, bytes, come, licence, source} = step.pull;
      const what = `${title} (about ${formatBytes(bytes)}, licence ${licence})`;
      return come === undefined
        ? `A model for real work on this machine is ${what}. ${how} pulls it from ${source}.`
        : `${formatBytes(come)} of ${what} have come already. ${how} goes on pulling it from ${source}.`;
    }
    case 'engine':
      return `The embedded engine is not installed. ${how} fetches it with npm (about ${formatBytes(step.bytes)}, licence MIT).`;
    case 'ready':
      return `Nothing is left to set up: the answers come from ${shownModel(step.model)}. /model chooses another, /models pulls more.`;
    case 'advice':
      return step.text;
  }
}

/** What taking a step does, in a few words for a narrow place; empty when nothing can be taken. */
export function shortStep(step: NextStep): string {
  switch (step.type) {
    case 'use':
      return `goes on with ${shownModel(step.model)}`;
    case 'start':
      return `starts ${step.server}`;
    case 'pull': {
      const {title, bytes, come} = step.pull;
      return `${come === undefined ? 'pulls' : 'goes on pulling'} ${title}, about ${formatBytes(bytes)}`;
    }
    case 'engine':
      return 'fetches the engine';
    case 'ready':
    case 'advice':
      return '';
  }
}
