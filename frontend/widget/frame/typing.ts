/** Tells the staff that the visitor is typing: not with every key, and over when the keys rest. */
import type { Command } from '../../shared/socket.ts';

const REPEAT_MS = 2500;
const REST_MS = 4000;

export interface TypingSender {
  typed(content: string): void;
  done(): void;
}

export function createTypingSender(send: (command: Command) => boolean, now: () => number = Date.now): TypingSender {
  let lastSent = 0;
  let rest: ReturnType<typeof setTimeout> | undefined;

  function typed(content: string): void {
    clearTimeout(rest);
    if (!content.trim()) return done();
    if (now() - lastSent >= REPEAT_MS && send({ type: 'typing', is_typing: true })) lastSent = now();
    rest = setTimeout(done, REST_MS);
  }

  function done(): void {
    clearTimeout(rest);
    if (lastSent) send({ type: 'typing', is_typing: false });
    lastSent = 0;
  }

  return { typed, done };
}
