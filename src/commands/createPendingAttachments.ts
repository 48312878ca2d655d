import type {Attachment} from '../core/message.ts';

/** What goes with the next prompt. */
export type PendingAttachments = {
  /** Reads a file, an address or a folder's file and keeps it for the next prompt. Throws `LlmError`. */
  add(source: string): Promise<Attachment>;
  /** Keeps what has been read already. */
  put(attachments: readonly Attachment[]): void;
  pending(): readonly Attachment[];
  /** Hands over everything; nothing is pending then. */
  take(): readonly Attachment[];
  clear(): void;
};

/** Starts with nothing pending; `read` makes an attachment of a path or an address. */
export function createPendingAttachments(read: (source: string) => Promise<Attachment>): PendingAttachments {
  let pending: readonly Attachment[] = [];
  return {
    async add(source) {
      const attachment = await read(source);
      pending = [...pending, attachment];
      return attachment;
    },
    put(attachments) {
      pending = [...pending, ...attachments];
    },
    pending: () => pending,
    take() {
      const taken = pending;
      pending = [];
      return taken;
    },
    clear() {
      pending = [];
    },
  };
}
