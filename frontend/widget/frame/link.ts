/** The frame's end of the port to the loader. Takes the first greeting of its parent window, and no other message ever. */
import { signal } from '@preact/signals';

import type { Call, CallName, EventName, Init, Page, ToFrame, ToLoader } from '../port.ts';
import { setColorScheme } from './scheme.ts';

export type Answers = Record<CallName, (...args: unknown[]) => unknown>;

/** Whether the panel is open; a frame that nobody embeds is its own panel. */
export const isOpen = signal(parent === window);
/** Counts the times somebody wants to write: each moves the focus into the composer. */
export const focusWanted = signal(0);

/** Where a keyboard would come up over what the visitor wants to read, the focus stays away from the composer. */
export function wantFocus(): void {
  if (!matchMedia('(pointer: coarse)').matches) focusWanted.value++;
}

export const isVisible = signal(document.visibilityState === 'visible');

let port: MessagePort | undefined;
export interface Hearers {
  /** What answers the page's calls; fetched with the first of them. */
  answers: () => Promise<Answers>;
  onGreeting: (init: Init) => void;
  /** All that was asked before we were there has begun to be answered. */
  onReady: () => void;
  onPage: (page: Page) => void;
}

let hearers: Hearers;
let caughtUp: Promise<void>;

export function connect(given: Hearers): void {
  hearers = given;
  addEventListener('message', (event: MessageEvent<Init>) => {
    if (event.source !== parent || event.data?.chatplatform !== 1 || port) return;
    port = event.ports[0];
    if (port) port.onmessage = ({ data }: MessageEvent<ToFrame>) => void caughtUp.then(() => hear(data));
    const { colorScheme, calls } = event.data;
    setColorScheme(colorScheme);
    hearers.onGreeting(event.data);
    caughtUp = catchUp(calls);
    tell({ type: 'ready' });
  });
}

/** What the page has said of the visitor goes with the first session call, not behind it. */
async function catchUp(calls: Call[]): Promise<void> {
  if (calls.length) {
    const answers = await hearers.answers();
    for (const call of calls) void answer(call, answers);
  }
  hearers.onReady();
}

export function tell(message: ToLoader): void {
  port?.postMessage(message);
}

export const tellEvent = (name: EventName, detail: unknown = null): void => tell({ type: 'event', name, detail });

function hear(message: ToFrame): void {
  if (message.type === 'call') return void hearers.answers().then((answers) => answer(message, answers));
  if (message.type === 'scheme') return setColorScheme(message.scheme);
  if (message.type === 'page') return hearers.onPage(message.page);
  isOpen.value = message.isOpen;
  if (message.isOpen && message.focus) wantFocus();
}

async function answer({ id, name, args }: Call, answers: Answers): Promise<void> {
  try {
    tell({ type: 'result', id, ok: true, value: (await answers[name](...args)) ?? null });
  } catch (error) {
    tell({ type: 'result', id, ok: false, value: error instanceof Error ? error.message : String(error) });
  }
}

document.addEventListener('visibilitychange', () => (isVisible.value = document.visibilityState === 'visible'));
