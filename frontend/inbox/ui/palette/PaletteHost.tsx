/** ⌘K: the palette is fetched when somebody first wants it. */
import type { ComponentType } from 'preact';
import { signal } from '@preact/signals';

import type { Toasts } from '../../alerts/toasts.ts';

const isWanted = signal(false);
const palette = signal<ComponentType<{ close: () => void }> | null>(null);

export function openPalette(toasts: Toasts): void {
  isWanted.value = true;
  if (palette.peek()) return;
  import('./Palette.tsx').then(
    (loaded) => (palette.value = loaded.Palette),
    () => {
      isWanted.value = false;
      toasts.error('The palette could not be loaded', 'Reload the page and try again.');
    },
  );
}

export function PaletteHost() {
  const Palette = palette.value;
  if (!isWanted.value || !Palette) return null;
  return <Palette close={() => void (isWanted.value = false)} />;
}
