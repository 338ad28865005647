import { expect, test } from 'vitest';

import { ApiError } from './http.ts';
import type { Attachment } from './protocol.d.ts';
import { createTray, type Tray } from './tray.ts';

interface Upload {
  name: string;
  signal: AbortSignal;
  progress: (share: number) => void;
  arrive: () => void;
  fail: (code: string) => void;
}

let uploads: Upload[];

const settle = (): Promise<void> => new Promise((later) => setTimeout(later));
const file = (name: string, size = 3): File => new File(['x'.repeat(size)], name);
const shown = (tray: Tray): string[] => tray.items.value.map((item) => `${item.file.name} ${item.error ?? item.state}`);
const keyOf = (tray: Tray, name: string): string => tray.items.value.find((item) => item.file.name === name)!.key;
const named = (name: string): Attachment => ({ id: name, name }) as Attachment;

function newTray(): Tray {
  uploads = [];
  return createTray({
    maxBytes: 10,
    maxFiles: 3,
    upload: ({ name }, progress, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new ApiError(0, 'cancelled', '')));
        const fail = (code: string): void => reject(new ApiError(0, code, ''));
        uploads.push({ name, signal, progress, arrive: () => resolve(named(name)), fail });
      }),
  });
}

test('files are uploaded at once, two at a time, in the order in which they came', async () => {
  const tray = newTray();
  tray.add([file('a'), file('b'), file('c')]);
  expect(shown(tray)).toEqual(['a uploading', 'b uploading', 'c waiting']);
  expect([tray.isBusy.value, tray.isReady.value]).toEqual([true, false]);
  uploads[1]!.arrive();
  await settle();
  expect(uploads.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  expect(shown(tray)).toEqual(['a uploading', 'b ready', 'c uploading']);
  uploads[0]!.arrive();
  uploads[2]!.arrive();
  await settle();
  expect([tray.isBusy.value, tray.isReady.value]).toEqual([false, true]);
  expect(tray.take()).toEqual([named('a'), named('b'), named('c')]);
  expect(shown(tray)).toEqual([]);
});

test('what is too large, empty or too many is refused before anything is sent', () => {
  const tray = newTray();
  tray.add([file('film', 11), file('nothing', 0), file('a'), file('b')]);
  expect(shown(tray)).toEqual(['film too_large', 'nothing empty', 'a uploading', 'b too_many']);
  expect(uploads.map(({ name }) => name)).toEqual(['a']);
});

test('how much has gone is shown, and an upload can be taken back while it runs', async () => {
  const tray = newTray();
  tray.add([file('a'), file('b'), file('c')]);
  uploads[0]!.progress(0.4);
  expect(tray.items.value[0]!.progress).toBe(0.4);
  tray.remove(keyOf(tray, 'a'));
  await settle();
  expect(uploads[0]!.signal.aborted).toBe(true);
  expect(shown(tray)).toEqual(['b uploading', 'c uploading']);
});

test('one that waits and is taken back is never sent', async () => {
  const tray = newTray();
  tray.add([file('a'), file('b'), file('c')]);
  tray.remove(keyOf(tray, 'c'));
  uploads[0]!.arrive();
  await settle();
  expect(uploads.map(({ name }) => name)).toEqual(['a', 'b']);
});

test('what failed says why, stays while the others go, and is tried again', async () => {
  const tray = newTray();
  tray.add([file('a'), file('b')]);
  uploads[0]!.fail('offline');
  uploads[1]!.arrive();
  await settle();
  expect(shown(tray)).toEqual(['a offline', 'b ready']);
  expect(tray.take()).toEqual([named('b')]);
  expect(shown(tray)).toEqual(['a offline']);
  tray.retry(keyOf(tray, 'a'));
  expect(shown(tray)).toEqual(['a uploading']);
  uploads[2]!.arrive();
  await settle();
  expect(tray.take()).toEqual([named('a')]);
});
