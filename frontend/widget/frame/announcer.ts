/** The polite live region: each finished message once and without its marks, never a half-written one. */
import { signal } from '@preact/signals';

export const announcement = signal('');

let flip = false;

export function announce(sentence: string): void {
  // The same words twice would be no change, and nothing would be read.
  flip = !flip;
  announcement.value = flip ? sentence : `${sentence}\u00a0`;
}
