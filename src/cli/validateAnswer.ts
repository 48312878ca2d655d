// Imported statically, in a file that is itself loaded only when needed: a bundler gives a CommonJS package that is
// imported dynamically no named exports.
import {Ajv2020, type ValidateFunction} from 'ajv/dist/2020.js';
import {LlmError, toLlmError} from '../core/errors.ts';

/** Refuses a schema that makes no sense, before anybody is asked. Throws `LlmError` (`usage`). */
export function checkSchema(schema: object): void {
  compile(schema);
}

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
  const validate = compile(schema);
  if (validate(value)) return value;
  const fault = validate.errors?.[0];
  throw new LlmError({
    kind: 'schema',
    message:
      `the answer does not fit --schema: ${fault?.instancePath || 'the answer'} ${fault?.message ?? ''}`.trim(),
    hint: 'Try again, or a larger model.',
  });
}

function compile(schema: object): ValidateFunction {
  const ajv = new Ajv2020({strict: false, logger: false});
  // The draft that a schema names is one that ajv may not have at hand; what they differ in is hardly ever used.
  const {$schema: _draft, ...rules} = schema as Record<string, unknown>;
  try {
    return ajv.compile(rules);
  } catch (thrown) {
    throw new LlmError({
      kind: 'usage',
      message: `--schema cannot be used: ${toLlmError(thrown).message}`,
      cause: thrown,
    });
  }
}
