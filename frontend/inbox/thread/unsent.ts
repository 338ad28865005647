/** Messages on their way, kept in the browser until the server has them: a reload between the two loses nothing. */
import type { Store } from '../storage.ts';

export interface Unsent {
  readonly client_id: string;
  readonly conversation_id: string;
  readonly content: string;
  readonly note: boolean;
  /** When it was written, in milliseconds. */
  readonly at: number;
}

export interface UnsentMessages {
  keep(message: Unsent): void;
  /** The server has it, or somebody threw it away. */
  settle(clientId: string): void;
  of(conversationId: string): Unsent[];
  /** Conversations that have some. */
  conversations(): string[];
}

export function createUnsent(store: Store, userId: number): UnsentMessages {
  const prefix = `inbox:unsent:${userId}:`;
  const all = (): Unsent[] => store.keys(prefix).flatMap((key) => store.read<Unsent>(key) ?? []);
  return {
    keep: (message) => store.write(prefix + message.client_id, message),
    settle: (clientId) => store.remove(prefix + clientId),
    of: (conversationId) => all().filter((one) => one.conversation_id === conversationId).sort((a, b) => a.at - b.at),
    conversations: () => [...new Set(all().map((one) => one.conversation_id))],
  };
}
