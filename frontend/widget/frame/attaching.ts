/** How files come in: chosen, pasted or dropped. What they need after that is fetched with the first of them (files.tsx). */
import { signal } from '@preact/signals';

import type { Chat } from './chat.ts';
import type { createFiles } from './files.tsx';
import { once } from './lazy.ts';

export const tray = signal<ReturnType<typeof createFiles> | null>(null);
export const getFiles = once(() => import('./files.tsx'));

export async function attach(chat: Chat, files: FileList | null | undefined): Promise<void> {
  const chosen = [...(files ?? [])]; // The list empties itself with the field.
  const { createFiles } = await getFiles();
  (tray.value ??= createFiles(chat)).add(chosen);
}

export function takePasted(chat: Chat, event: ClipboardEvent): void {
  const { files, types } = event.clipboardData!;
  if (!files.length || types.includes('text/plain')) return; // An office copies its text as a picture, too.
  event.preventDefault();
  void attach(chat, files);
}

/** Whoever drags a file over the window will drop it a moment later. */
export function expectDrops(chat: Chat): void {
  addEventListener('dragenter', () => void getFiles().then(({ takeDrops }) => takeDrops(chat)), { once: true });
}
