/** Reads what `--schema` gives, and refuses at once what cannot be used. Throws `LlmError` (`usage`, `file`). */
export async function loadSchema(text: string | undefined): Promise<object | undefined> {
  if (text === undefined) return undefined;
  const [{readSchema}, {checkSchema}] = await Promise.all([
    import('./readSchema.ts'),
    import('./validateAnswer.ts'),
  ]);
  const schema = readSchema(text);
  checkSchema(schema);
  return schema;
}
