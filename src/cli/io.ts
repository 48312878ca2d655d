/** The streams that a command reads and writes; the process's own, or a test's. */
export type Io = {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
};

/** Writes and resolves when the reader can take more. Rejects when the reader is gone. */
export function writeOut(stream: NodeJS.WriteStream, text: string): void | Promise<void> {
  if (stream.write(text)) return;
  return new Promise((resolve, reject) => {
    const done = (): void => {
      stream.off('drain', onDrain);
      stream.off('close', onDrain);
      stream.off('error', onError);
    };
    const onDrain = (): void => {
      done();
      resolve();
    };
    const onError = (error: Error): void => {
      done();
      reject(error);
    };
    stream.once('drain', onDrain);
    stream.once('close', onDrain);
    stream.once('error', onError);
  });
}
