/** What stands in the composer: the visitor's, but the page may prefill it and a failed message may return to it. */
import { signal } from '@preact/signals';

export const composerText = signal('');
