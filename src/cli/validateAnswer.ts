// Imported statically, in a file that is itself loaded only when needed: a bundler gives a CommonJS package that is
// imported dynamically no named exports.
import {Ajv2020} from 'ajv/dist/2020.js';
import {LlmError, toLlmError} from '../core/errors.ts';

/** Checks an answer against a schema and returns the object. Throws `LlmError` (`schema`) that says where it differs. */
export function validateAnswer(answer: string, schema: object): unknown {
  let value: unknown;
  try {
    value = JSON.parse(answer);
  } catch (thrown) {
    throw new LlmError({
      kind: 'schema',
      message: 'the answer is not JSON, as --schema wants it',
      hint: 'Try a larger model, or more --max-tokens.',
      cause: thrown,
    });
  }
  const ajv = new Ajv2020({strict: false, logger: false});
  let isValid: boolean;
  try {
    isValid = ajv.validate(schema, value);
  } catch (thrown) {
    throw new LlmError({
      kind: 'usage',
      message: `--schema cannot be used: ${toLlmError(thrown).message}`,
      cause: thrown,
    });
  }
  if (isValid) return value;
  const fault = ajv.errors?.[0];
  throw new LlmError({
    kind: 'schema',
    message:
      `the answer does not fit --schema: ${fault?.instancePath || 'the answer'} ${fault?.message ?? ''}`.trim(),
    hint: 'Try again, or a larger model.',
  });
}
