/** This person's own picture, beside what they say: visitors see it, too. */
import { signal, type ReadonlySignal } from '@preact/signals';

import { ApiError, type Api } from '../shared/http.ts';
import type { Author } from '../shared/protocol.d.ts';
import { upload } from '../shared/upload.ts';

export interface Picture {
  /** Its address; empty where there is none. */
  readonly address: ReadonlySignal<string>;
  /** Null when it is done, else why not. */
  choose(file: File): Promise<string | null>;
  remove(): Promise<string | null>;
}

export interface PictureOptions {
  api: Pick<Api, 'delete' | 'headers'>;
  /** Who writes: what they send from now on carries the new picture. */
  me: Author;
  maxBytes: number;
}

export function createPicture({ api, me, maxBytes }: PictureOptions): Picture {
  const address = signal(me.avatar_url ?? '');
  const path = `members/${me.id}/picture/`;

  function put(found: string): void {
    address.value = found;
    me.avatar_url = found || null;
  }

  async function choose(file: File): Promise<string | null> {
    if (file.size > maxBytes) return `At most ${Math.floor(maxBytes / 1024 / 1024)} MB.`;
    return tried(async () => {
      const given = { url: `/api/v1/${path}`, headers: api.headers(), file, onProgress: () => undefined, signal: new AbortController().signal };
      put((await upload<{ avatar_url: string }>(given)).avatar_url);
    });
  }

  const remove = (): Promise<string | null> =>
    tried(async () => {
      await api.delete(path);
      put('');
    });

  return { address, choose, remove };
}

async function tried(act: () => Promise<void>): Promise<string | null> {
  try {
    await act();
    return null;
  } catch (error) {
    const detail = error instanceof ApiError ? error.detail.replace(/^file: /, '') : '';
    return detail || 'That did not work just now.';
  }
}
