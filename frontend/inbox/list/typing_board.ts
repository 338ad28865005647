/** Who types where, for the rows of the list. Keeps one expiring notice per conversation. */
import { createTyping, type Typist, type TypingNow } from '../../shared/timeline/typing.ts';
import type { Frame } from '../../shared/socket.ts';

export interface TypingBoard {
  of(conversationId: string): TypingNow['list'];
  take(frame: Frame): void;
}

/** A stream that stalls is no longer shown as writing; chunks come many times a second. */
const CHUNK_SECONDS = 10;

export function createTypingBoard(): TypingBoard {
  const known = new Map<string, TypingNow>();

  function at(conversationId: string): TypingNow {
    let one = known.get(conversationId);
    if (!one) known.set(conversationId, (one = createTyping()));
    return one;
  }

  function take(frame: Frame): void {
    switch (frame.type) {
      case 'typing':
        return at(frame.conversation_id).hear(frame);
      case 'chunk':
        return writing(frame.conversation_id);
      case 'reply_cancelled':
        return at(frame.conversation_id).done('assistant');
      case 'new_message':
        return at(frame.conversation_id).done(speaker(frame.message.role, frame.message.is_manual));
    }
  }

  function writing(conversation_id: string): void {
    at(conversation_id).hear({ type: 'typing', conversation_id, from: 'assistant', is_typing: true, expires_in: CHUNK_SECONDS });
  }

  return { of: (conversationId) => at(conversationId).list, take };
}

function speaker(role: string, isManual: boolean): Typist['from'] {
  if (role === 'user') return 'visitor';
  return isManual ? 'agent' : 'assistant';
}
