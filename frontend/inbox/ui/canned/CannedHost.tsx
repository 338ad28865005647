/** The dialog with the canned replies is fetched when somebody first wants it. */
import type { ComponentType } from 'preact';
import { signal } from '@preact/signals';

import type { Toasts } from '../../alerts/toasts.ts';

const isWanted = signal(false);
const dialog = signal<ComponentType<{ close: () => void }> | null>(null);

export function openCannedReplies(toasts: Toasts): void {
  isWanted.value = true;
  if (dialog.peek()) return;
  import('./CannedDialog.tsx').then(
    (loaded) => (dialog.value = loaded.CannedDialog),
    () => {
      isWanted.value = false;
      toasts.error('The canned replies could not be loaded', 'Reload the page and try again.');
    },
  );
}

export function CannedHost() {
  const Dialog = dialog.value;
  if (!isWanted.value || !Dialog) return null;
  return <Dialog close={() => void (isWanted.value = false)} />;
}
