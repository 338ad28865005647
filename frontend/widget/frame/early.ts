/** What was said by the page before this one, or before that was here which holds it: with conversation.ts, on its first letter. */
import { signal, type ReadonlySignal } from '@preact/signals';

import type { Attachment, VisitorConversation } from '../../shared/protocol.d.ts';
import type { Timeline } from '../../shared/timeline.ts';
import { FRESH_MS, type Unsent, type UnsentMessages } from '../../shared/unsent.ts';
import { now } from './now.ts';

export const NO_CONVERSATION = '';

/** Until a timeline is here: all that is asked of one in which nothing was said. */
export const SILENCE = {
  conversationId: NO_CONVERSATION,
  entries: signal([]),
  conversation: signal(null),
  stop: () => undefined,
} as Partial<Timeline<VisitorConversation>> as Timeline<VisitorConversation>;

export interface Early {
  /** Shown as they are, until there is what shows them well. */
  readonly messages: ReadonlySignal<readonly Unsent[]>;
  /** Kept at once, so that a reload before anything else is here loses nothing. */
  add(content: string, attachments: readonly Attachment[]): void;
  /** False when it is not here. */
  retry(clientId: string): boolean;
  moveTo(timeline: Timeline): void;
  discard(): void;
  isEmpty(): boolean;
  /** Something that has not failed, and is to be sent. */
  isWaiting(): boolean;
}

export function createEarly(unsent: UnsentMessages): Early {
  // An answer that did not get out for so long is not sent unasked.
  const messages = signal<readonly Unsent[]>(
    unsent.all().map((one) => ({ ...one, error: one.error ?? (now() - one.at > FRESH_MS ? 'no_answer' : null) })),
  );

  function take(): readonly Unsent[] {
    const taken = messages.peek();
    messages.value = [];
    return taken;
  }

  return {
    messages,
    add(content, attachments) {
      const message = { client_id: crypto.randomUUID(), content, note: false, attachments, at: now(), error: null, conversation_id: NO_CONVERSATION };
      unsent.keep(message);
      messages.value = [...messages.peek(), message];
    },
    retry(clientId) {
      const failed = messages.peek().find(({ client_id }) => client_id === clientId);
      if (!failed) return false;
      const again = { ...failed, at: now(), error: null };
      unsent.keep(again);
      messages.value = messages.peek().map((one) => (one === failed ? again : one));
      return true;
    },
    moveTo(timeline) {
      for (const { client_id, content, ...rest } of take()) timeline.post(content, { ...rest, clientId: client_id });
    },
    discard() {
      for (const { client_id } of take()) unsent.settle(client_id);
    },
    isEmpty: () => !messages.peek().length,
    isWaiting: () => messages.peek().some(({ error }) => !error),
  };
}
