/** The number of waiting visitors on the browser's tab: "(3) Inbox". */
import { effect, type ReadonlySignal } from '@preact/signals';

interface Badged {
  setAppBadge?: (count: number) => Promise<void>;
  clearAppBadge?: () => Promise<void>;
}

export function titleFor(count: number): string {
  return count > 0 ? `(${count > 99 ? '99+' : count}) Inbox` : 'Inbox';
}

export function showCount(count: ReadonlySignal<number>): void {
  effect(() => {
    document.title = titleFor(count.value);
    const browser = navigator as Badged;
    const badge = count.value ? browser.setAppBadge?.(count.value) : browser.clearAppBadge?.();
    badge?.catch(() => undefined); // Only installed pages may have one.
  });
}
