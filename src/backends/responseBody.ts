/** The bytes of a response as they come. */
export async function* readAll(response: Response): AsyncGenerator<Uint8Array> {
  if (!response.body) return;
  const reader = response.body.getReader();
  for (;;) {
    const {done, value} = await reader.read();
    if (done) return;
    yield value;
  }
}

/** A body as text, up to `limit` bytes; the rest is left unread. */
export async function readText(chunks: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > limit) break;
    text += decoder.decode(chunk, {stream: true});
  }
  return text + decoder.decode();
}

/**
 * As much of a body as comes within `ms`, up to `limit` bytes: one that stalls or breaks off is no failure. The caller
 * closes the connection.
 */
export async function readSome(
  chunks: AsyncGenerator<Uint8Array>,
  limit: number,
  ms: number,
): Promise<string> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), ms);
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (let size = 0; size <= limit; ) {
      const next = await Promise.race([chunks.next(), late.promise]);
      if (!next || next.done) break;
      size += next.value.byteLength;
      if (size <= limit) text += decoder.decode(next.value, {stream: true});
    }
  } catch {
    // What came before the connection broke says enough.
  } finally {
    clearTimeout(timer);
  }
  return text + decoder.decode();
}

/** The media type without parameters, in lower case; empty when the server gave none. */
export function mediaType(response: Response): string {
  return (response.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
