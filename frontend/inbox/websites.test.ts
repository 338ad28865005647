import { effect } from '@preact/signals';
import { expect, test, vi } from 'vitest';

import type { Boot, Website } from './boot.ts';
import { createWebsites } from './websites.ts';

const site = (id: number, name = `Site ${id}`): Website => ({
  ...{ id, name, website_key: `key-${id}`, is_active: true, ai_enabled: true, assistant_name: 'A', unclaimed_minutes: 5, rewrites: false, avatar_url: '' },
});

function made(now: Website[], fails = false) {
  const options = {
    fetchAll: vi.fn(() => (fails ? Promise.reject(new Error('offline')) : Promise.resolve(now))),
    onMore: vi.fn(),
    onLost: vi.fn(),
    reload: vi.fn(),
  };
  return { ...createWebsites({ websites: [site(1)] } as unknown as Boot, options), ...options };
}

test('one more is there without loading the page anew, and who looks at it follows', async () => {
  const { boot, hear, onMore, reload } = made([site(1), site(2)]);
  const seen: number[] = [];
  effect(() => void seen.push(boot.websites.length));
  await hear([1, 2]);
  expect(seen).toEqual([1, 2]);
  expect(onMore).toHaveBeenCalledOnce();
  expect(reload).not.toHaveBeenCalled();
});

test('another name is taken, and nothing is fetched anew for it', async () => {
  const { boot, hear, onMore } = made([site(1, 'New name')]);
  await hear([1]);
  expect(boot.websites[0]?.name).toBe('New name');
  expect(onMore).not.toHaveBeenCalled();
});

test('one that is gone is named before anything else is asked for', async () => {
  const { hear, fetchAll, onLost } = made([]);
  await hear([2]);
  expect(onLost).toHaveBeenCalledExactlyOnceWith([site(1)], 1);
  expect(fetchAll).not.toHaveBeenCalled();
});

test('where the websites cannot be had the page is loaded anew for one more, and stays for none', async () => {
  const more = made([], true);
  await more.hear([1, 2]);
  expect(more.reload).toHaveBeenCalledOnce();
  const same = made([], true);
  await same.hear([1]);
  expect(same.reload).not.toHaveBeenCalled();
});
