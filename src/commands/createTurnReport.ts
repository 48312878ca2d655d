import {neutraliseLine} from '../core/neutralise.ts';
import type {Turn} from '../core/session.ts';
import type {ChatFace} from './chatFace.ts';
import type {CommandContext} from './command.ts';
import {describeStep} from './nextStep.ts';
import {howToTake} from './setup.ts';

/** Shows how turns have ended: their warnings, why one failed and what leads on from there, and whether it is stored. */
export function createTurnReport(
  context: Pick<CommandContext, 'firstSteps' | 'keys'>,
  face: ChatFace,
  reportStorage: () => void,
): (turn: Turn) => Promise<void> {
  return async turn => {
    for (const warning of turn.warnings)
      face.show({type: 'text', tone: 'warning', text: neutraliseLine(warning)});
    if (turn.error) {
      face.failed(turn.error, turn.reply.id);
      // Where no model answers because none is set up, what to do about it.
      const step = await context.firstSteps.afterFailure(turn.error);
      if (step) face.show({type: 'text', tone: 'info', text: describeStep(step, howToTake(context.keys))});
    }
    reportStorage();
  };
}
