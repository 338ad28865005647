/** Messages on their way, kept in the browser until the server has them: a reload between the two loses nothing. */
import type { Store } from './storage.ts';
import type { Outgoing } from './timeline/outbox.ts';

export interface Unsent extends Outgoing {
  readonly conversation_id: string;
}

export interface UnsentMessages {
  keep(message: Unsent): void;
  /** The server has it, or somebody threw it away. */
  settle(clientId: string): void;
  /** Oldest first. */
  all(): Unsent[];
}

/** An answer that did not get out for so long may no longer be what one wants to say. */
export const FRESH_MS = 10 * 60_000;

/** One key for each message, so that two tabs never overwrite each other's. */
export function createUnsent(store: Store, prefix: string): UnsentMessages {
  return {
    keep: (message) => store.write(prefix + message.client_id, message),
    settle: (clientId) => store.remove(prefix + clientId),
    all: () =>
      store
        .keys(prefix)
        .flatMap((key) => store.read<Unsent>(key) ?? [])
        .sort((a, b) => a.at - b.at),
  };
}
