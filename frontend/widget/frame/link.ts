/** The frame's end of the port to the loader. Takes the first greeting of its parent window, and no other message ever. */
import { signal } from '@preact/signals';

import type { CallName, EventName, Init, ToFrame, ToLoader } from '../port.ts';

export type Answer = (...args: unknown[]) => unknown;

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
let answers: Partial<Record<CallName, Answer>> = {};

export function connect(calls: Partial<Record<CallName, Answer>>, onGreeting: (init: Init) => void): void {
  answers = calls;
  addEventListener('message', (event: MessageEvent<Init>) => {
    if (event.source !== parent || event.data?.chatplatform !== 1 || port) return;
    port = event.ports[0];
    if (port) port.onmessage = (message: MessageEvent<ToFrame>) => hear(message.data);
    onGreeting(event.data);
    tell({ type: 'ready' });
  });
}

export function tell(message: ToLoader): void {
  port?.postMessage(message);
}

export const tellEvent = (name: EventName, detail: unknown = null): void => tell({ type: 'event', name, detail });

function hear(message: ToFrame): void {
  if (message.type === 'call') return void answer(message.id, message.name, message.args);
  isOpen.value = message.isOpen;
  if (message.isOpen && message.focus) wantFocus();
}

async function answer(id: number, name: CallName, args: unknown[]): Promise<void> {
  try {
    const value = await answers[name]?.(...args);
    tell({ type: 'result', id, ok: true, value: value ?? null });
  } catch (error) {
    tell({ type: 'result', id, ok: false, value: String(error) });
  }
}

document.addEventListener('visibilitychange', () => (isVisible.value = document.visibilityState === 'visible'));
