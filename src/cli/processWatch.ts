import type {ProcessWatch} from '../backends/hub/claimFile.ts';
import {isProcessIdentity, livenessOf, ownIdentity} from '../storage/processIdentity.ts';

/** How pulls know whether the program that claims a file still runs. */
export const processWatch: ProcessWatch = {
  own: ownIdentity,
  livenessOf: written => (isProcessIdentity(written) ? livenessOf(written) : 'dead'),
};
