import { useSignal, useSignalEffect } from '@preact/signals';

import { text } from '../boot.ts';
import type { Chat } from '../chat.ts';

const PATIENCE_MS = 1200;

/** A connection that is back within a second is nobody's business. */
export function Banner({ chat }: { chat: Chat }) {
  const shown = useSignal<string | null>(null);
  useSignalEffect(() => {
    const isDown = chat.link.value === 'offline' || (chat.link.value === 'connecting' && shown.peek() !== null);
    if (!isDown) return void (shown.value = null);
    const timer = setTimeout(() => (shown.value = navigator.onLine ? 'reconnecting' : 'no_network'), PATIENCE_MS);
    return () => clearTimeout(timer);
  });
  return (
    <div role="status" class="banner-place">
      {shown.value && <p class="banner">{text(shown.value)}</p>}
    </div>
  );
}
