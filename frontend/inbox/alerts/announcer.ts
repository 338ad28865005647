/** What a screen reader is told: each finished message of the open conversation, once. */
import { signal, type ReadonlySignal } from '@preact/signals';

export interface Announcer {
  readonly text: ReadonlySignal<string>;
  say(text: string): void;
}

const LONGEST = 400;

export function createAnnouncer(): Announcer {
  const text = signal('');
  let odd = false;
  return {
    text,
    say(said) {
      // The same words twice are two messages: an invisible difference makes the region speak again.
      odd = !odd;
      text.value = said.slice(0, LONGEST) + (odd ? '' : '\u00a0');
    },
  };
}
