import type {ReplyEvent} from '../core/reply.ts';
import type {SseEvent} from './sse.ts';

/** Turns the events of one answer, in one protocol, into reply events. */
export type WireReader = {
  /** Takes one event. Throws what the server reports in it. */
  read(event: SseEvent): ReplyEvent[];
  /** Takes a whole answer, from a server that does not stream. */
  readWhole(body: unknown): ReplyEvent[];
  /** True once the server has said that nothing more comes. */
  isDone(): boolean;
  /** True once the server has said why the answer ended; counts may follow. */
  hasReason(): boolean;
  /** How long more may follow after the reason, in ms, where it is not the usual time. */
  lateMs?: number;
  /** The last events. Without `finish` among them when the answer was cut. */
  end(): ReplyEvent[];
  /** True when something came and nothing of it could be read: no server of this kind. */
  isForeign(): boolean;
  /** Text that was kept until more of it would come, for when nothing more comes. */
  heldBack(): ReplyEvent[];
};
