/** The files that wait beside the composer: each is uploaded at once, two at a time, and goes with the next message. No DOM. */
import { computed, signal, type ReadonlySignal } from '@preact/signals';

import type { ApiError } from './http.ts';
import type { Attachment } from './protocol.d.ts';

export interface TrayItem {
  readonly key: string;
  readonly file: File;
  readonly state: 'waiting' | 'uploading' | 'ready' | 'failed';
  readonly progress: number;
  /** Why it failed: a code of the server's, or `too_large`, `too_many`, `offline`. */
  readonly error: string | null;
  readonly attachment: Attachment | null;
}

export interface TrayOptions {
  maxBytes: number;
  maxFiles: number;
  upload: (file: File, onProgress: (share: number) => void, signal: AbortSignal) => Promise<Attachment>;
}

export interface Tray {
  readonly items: ReadonlySignal<readonly TrayItem[]>;
  readonly isBusy: ReadonlySignal<boolean>;
  /** There is one that could be sent. */
  readonly isReady: ReadonlySignal<boolean>;
  add(files: Iterable<File>): void;
  retry(key: string): void;
  /** Also while it is on its way. */
  remove(key: string): void;
  /** Those that are ready, which leave the tray; what has failed stays. */
  take(): Attachment[];
}

const AT_A_TIME = 2;

export function createTray({ maxBytes, maxFiles, upload }: TrayOptions): Tray {
  const items = signal<readonly TrayItem[]>([]);
  const underway = new Map<string, AbortController>();
  let added = 0;

  function add(files: Iterable<File>): void {
    for (const file of files) {
      const error = file.size > maxBytes ? 'too_large' : file.size === 0 ? 'empty' : items.peek().length >= maxFiles ? 'too_many' : null;
      const item: TrayItem = { key: `file-${++added}`, file, state: error ? 'failed' : 'waiting', progress: 0, error, attachment: null };
      items.value = [...items.peek(), item];
    }
    goOn();
  }

  function goOn(): void {
    for (const item of items.peek()) if (item.state === 'waiting' && underway.size < AT_A_TIME) void send(item);
  }

  async function send({ key, file }: TrayItem): Promise<void> {
    const controller = new AbortController();
    underway.set(key, controller);
    change(key, { state: 'uploading', error: null, progress: 0 });
    try {
      const attachment = await upload(file, (progress) => change(key, { progress }), controller.signal);
      change(key, { state: 'ready', progress: 1, attachment });
    } catch (error) {
      change(key, { state: 'failed', error: (error as ApiError).code ?? 'unexpected' });
    }
    underway.delete(key);
    goOn();
  }

  function change(key: string, news: Partial<TrayItem>): void {
    items.value = items.peek().map((item) => (item.key === key ? { ...item, ...news } : item));
  }

  function remove(key: string): void {
    underway.get(key)?.abort();
    items.value = items.peek().filter((item) => item.key !== key);
  }

  return {
    items,
    isBusy: computed(() => items.value.some(({ state }) => state === 'waiting' || state === 'uploading')),
    isReady: computed(() => items.value.some(({ attachment }) => attachment)),
    add,
    retry(key) {
      change(key, { state: 'waiting' });
      goOn();
    },
    remove,
    take() {
      const ready = items.peek().flatMap(({ attachment }) => attachment ?? []);
      items.value = items.peek().filter(({ attachment }) => !attachment);
      return ready;
    },
  };
}
