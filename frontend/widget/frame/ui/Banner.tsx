import { useSignal, useSignalEffect } from '@preact/signals';

import { text } from '../boot.ts';
import type { Chat } from '../chat.ts';

const PATIENCE_MS = 1200;

/** A connection that is back within a second is nobody's business. */
export function Banner({ chat }: { chat: Chat }) {
  const shown = useSignal<string | null>(null);
  useSignalEffect(() => {
    const link = chat.link.value;
    const isUp = link === 'online' || (link === 'connecting' && !shown.peek());
    const problem = link === 'http' ? link : navigator.onLine ? 'reconnecting' : 'no_network';
    const timer = setTimeout(() => (shown.value = isUp ? null : problem), isUp ? 0 : PATIENCE_MS);
    return () => clearTimeout(timer);
  });
  return shown.value && <p class="banner">{text(shown.value)}</p>;
}
