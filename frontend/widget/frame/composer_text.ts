/** What stands in the composer: the visitor's, but the page may prefill it and a failed message may return to it. */
import { effect, signal } from '@preact/signals';

import type { Store } from '../../shared/storage.ts';

export const composerText = signal('');

/** Half a sentence goes with the visitor to the next page of the same tab. */
export function keepComposerText(store: Store, key: string): void {
  composerText.value = store.read<string>(key) ?? '';
  effect(() => {
    if (composerText.value) store.write(key, composerText.value);
    else store.remove(key);
  });
}
