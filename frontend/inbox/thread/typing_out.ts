/** Tells the visitor that somebody types: seldom enough not to flood, often enough not to expire, and never for a note. */
import type { Command } from '../../shared/socket.ts';

export interface TypingOut {
  typed(): void;
  stopped(): void;
}

const REPEAT_MS = 3000;
const IDLE_MS = 6000;

export function createTypingOut(send: (command: Command) => boolean, conversationId: string): TypingOut {
  let lastSent = 0;
  let idle: ReturnType<typeof setTimeout> | undefined;

  function typed(): void {
    clearTimeout(idle);
    idle = setTimeout(stopped, IDLE_MS);
    if (Date.now() - lastSent < REPEAT_MS) return;
    lastSent = Date.now();
    send({ type: 'typing', conversation_id: conversationId, is_typing: true });
  }

  function stopped(): void {
    clearTimeout(idle);
    if (!lastSent) return;
    lastSent = 0;
    send({ type: 'typing', conversation_id: conversationId, is_typing: false });
  }

  return { typed, stopped };
}
