/** The number of waiting visitors on the browser's tab: "(3) Inbox", a dot on its picture, a badge where there may be one. */
import { effect, signal } from '@preact/signals';

import { tally, type Counts } from '../list/counts.ts';
import { createFavicon } from './favicon.ts';

interface Badged {
  setAppBadge?: (count: number) => Promise<void>;
  clearAppBadge?: () => Promise<void>;
}

const SHOWN_MS = 5000;
const tried = signal(0);

export function titleFor(count: number, isExact: boolean): string {
  return count > 0 ? `(${tally(count, isExact)}) Inbox` : 'Inbox';
}

export function showCount({ waiting, waitingExact }: Pick<Counts, 'waiting' | 'waitingExact'>): void {
  const favicon = createFavicon();
  effect(() => {
    const count = waiting.value + tried.value;
    document.title = titleFor(count, waitingExact.value);
    favicon(count > 0);
    const browser = navigator as Badged;
    const badge = count ? browser.setAppBadge?.(count) : browser.clearAppBadge?.();
    badge?.catch(() => undefined); // Only installed pages may have one.
  });
}

/** As if three more waited, for a moment. */
export function tryTitle(): void {
  tried.value = 3;
  setTimeout(() => (tried.value = 0), SHOWN_MS);
}
