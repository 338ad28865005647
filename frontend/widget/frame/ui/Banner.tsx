import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';

import { text } from '../boot.ts';
import type { Chat } from '../chat.ts';

const PATIENCE_MS = 1200;

/** A connection that is back within a second is nobody's business. */
export function Banner({ chat }: { chat: Chat }) {
  const shown = useSignal<string | null>(null);
  const hasNetwork = useSignal(navigator.onLine);
  useEffect(() => {
    const look = (): void => void (hasNetwork.value = navigator.onLine);
    const changes = ['online', 'offline'];
    for (const change of changes) addEventListener(change, look);
    return () => changes.forEach((change) => removeEventListener(change, look));
  }, []);
  useSignalEffect(() => {
    const link = chat.link.value;
    // A socket takes its time to notice; the browser knows at once.
    const isUp = hasNetwork.value && (link === 'online' || (link === 'connecting' && !shown.peek()));
    const problem = !hasNetwork.value ? 'no_network' : link === 'http' ? link : 'reconnecting';
    const timer = setTimeout(() => (shown.value = isUp ? null : problem), isUp ? 0 : PATIENCE_MS);
    return () => clearTimeout(timer);
  });
  return shown.value && <p class="banner">{text(shown.value)}</p>;
}
