import type {Attachment} from '../core/message.ts';

/** What goes with the next prompt. */
export type PendingAttachments = {
  /** Reads a file, an address or a folder's file and keeps it for the next prompt. Throws `LlmError`. */
  add(source: string): Promise<Attachment>;
  /** Reads one without keeping it. Throws `LlmError`. */
  read(source: string): Promise<Attachment>;
  /** Keeps what has been read already. */
  put(attachments: readonly Attachment[]): void;
  /** Takes these away, where they still are. */
  remove(attachments: readonly Attachment[]): void;
  pending(): readonly Attachment[];
  /** Hands over everything; nothing is pending then. */
  take(): readonly Attachment[];
  clear(): void;
  /** Calls back when what is pending has changed. Returns the unsubscriber. */
  subscribe(listener: () => void): () => void;
};

/** Starts with nothing pending; `read` makes an attachment of a path or an address. */
export function createPendingAttachments(read: (source: string) => Promise<Attachment>): PendingAttachments {
  const listeners = new Set<() => void>();
  let pending: readonly Attachment[] = [];
  const set = (next: readonly Attachment[]): void => {
    pending = next;
    for (const listener of listeners) listener();
  };
  return {
    async add(source) {
      const attachment = await read(source);
      set([...pending, attachment]);
      return attachment;
    },
    read,
    put(attachments) {
      if (attachments.length > 0) set([...pending, ...attachments]);
    },
    remove(attachments) {
      const left = pending.filter(each => !attachments.includes(each));
      if (left.length < pending.length) set(left);
    },
    pending: () => pending,
    take() {
      const taken = pending;
      if (taken.length > 0) set([]);
      return taken;
    },
    clear: () => set([]),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
