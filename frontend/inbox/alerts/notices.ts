/**
 * The inbox's service worker: it shows notices where pages may not, and brings up the inbox when one is clicked.
 * It keeps nothing and fetches nothing.
 */

/** Said to a tab of the inbox: show this conversation; empty for none. */
export interface Clicked {
  readonly tag: string;
}

interface Tab {
  readonly url: string;
  postMessage(said: Clicked): void;
  focus(): Promise<unknown>;
}

interface Lasting extends Event {
  waitUntil(done: Promise<unknown>): void;
}

interface NoticeClick extends Lasting {
  readonly notification: { readonly tag: string; close(): void };
}

interface Worker {
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly Tab[]>;
    openWindow(address: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(name: string, hear: (event: never) => void): void;
}

const HOME = '/live-chat/';
const worker = globalThis as unknown as Worker;

worker.addEventListener('install', () => void worker.skipWaiting());
worker.addEventListener('activate', (event: Lasting) => event.waitUntil(worker.clients.claim()));
worker.addEventListener('notificationclick', (event: NoticeClick) => {
  event.notification.close();
  event.waitUntil(bring(event.notification.tag));
});

/** The tab that shows it already, else any of the inbox, else a new one. */
async function bring(tag: string): Promise<void> {
  const address = tag ? `${HOME}${tag}/` : HOME;
  const tabs = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const ofInbox = tabs.filter((one) => pathOf(one).startsWith(HOME));
  const tab = ofInbox.find((one) => pathOf(one) === address) ?? ofInbox[0];
  if (!tab) return void (await worker.clients.openWindow(address));
  tab.postMessage({ tag });
  await tab.focus();
}

const pathOf = (tab: Tab): string => new URL(tab.url).pathname;
