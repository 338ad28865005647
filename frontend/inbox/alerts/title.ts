/** The number of waiting visitors on the browser's tab: "(3) Inbox". */
import { effect } from '@preact/signals';

import { tally, type Counts } from '../list/counts.ts';

interface Badged {
  setAppBadge?: (count: number) => Promise<void>;
  clearAppBadge?: () => Promise<void>;
}

export function titleFor(count: number, isExact: boolean): string {
  return count > 0 ? `(${tally(count, isExact)}) Inbox` : 'Inbox';
}

export function showCount({ waiting, waitingExact }: Pick<Counts, 'waiting' | 'waitingExact'>): void {
  effect(() => {
    document.title = titleFor(waiting.value, waitingExact.value);
    const browser = navigator as Badged;
    const badge = waiting.value ? browser.setAppBadge?.(waiting.value) : browser.clearAppBadge?.();
    badge?.catch(() => undefined); // Only installed pages may have one.
  });
}
