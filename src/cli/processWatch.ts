import type {ProcessWatch} from '../backends/hub/claimFile.ts';
import {livenessOf, ownIdentity, type ProcessIdentity} from '../storage/processIdentity.ts';

/** How pulls know whether the program that claims a file still runs. */
export const processWatch: ProcessWatch = {
  own: ownIdentity,
  livenessOf: written => (isIdentity(written) ? livenessOf(written) : 'dead'),
};

function isIdentity(written: unknown): written is ProcessIdentity {
  const fields: Record<string, unknown> = typeof written === 'object' ? {...written} : {};
  const isText = (name: string): boolean => typeof fields[name] === 'string';
  return Number.isInteger(fields.pid) && ['host', 'boot', 'space', 'started'].every(isText);
}
