/** The iframe and the message port into it. Calls made before the frame is ready wait for it. */
import type { CallName, Init, ToFrame, ToLoader } from '../port.ts';
import { config, settings } from './config.ts';
import { element } from './element.ts';
import { readHandle } from './memory.ts';
import { panel } from './panel.ts';

const READY_MS = 6000;
// No top navigation: a link in the chat must not take the customer's page away.
const SANDBOX =
  'allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads';

let onMessage: (message: ToLoader) => void;
let onSilence: () => void;
let iframe: HTMLIFrameElement | undefined;
let port: MessagePort | undefined;
let silence: number;
const waiting: ToFrame[] = [];
const calls: [resolve: (value: unknown) => void, reject: (reason: unknown) => void][] = [];

/** Silence: the frame did not come up in time, because it is blocked or the server is down. */
export function listen(hear: typeof onMessage, silent: typeof onSilence): void {
  onMessage = hear;
  onSilence = silent;
}

export function mount(): void {
  if (iframe) return;
  const title = config.texts.title;
  iframe = element('iframe', { title, referrerpolicy: 'origin', sandbox: SANDBOX });
  iframe.src = `${config.origin}/widget/frame/${config.key}/?locale=${encodeURIComponent(settings.locale ?? '')}`;
  iframe.onload = greet;
  silence = setTimeout(onSilence, READY_MS) as unknown as number;
  panel.replaceChildren(iframe);
}

/** Throw the frame away; the next mount starts afresh. Says whether there was one. */
export function unmount(): boolean {
  const wasMounted = !!iframe;
  clearTimeout(silence);
  iframe?.remove();
  iframe = port = undefined;
  return wasMounted;
}

export const focusFrame = (): void => iframe?.focus();

/** Said to nobody while the frame is not there; it learns the state of things with its greeting. */
export function tell(message: ToFrame): void {
  port?.postMessage(message);
}

export function call(name: CallName, args: unknown[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const message: ToFrame = { type: 'call', id: calls.push([resolve, reject]) - 1, name, args };
    if (port) tell(message);
    else waiting.push(message);
  });
}

function greet(): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = (event: MessageEvent<ToLoader>) => hear(event.data, port1);
  const page = { url: location.href.split('#')[0]!, title: document.title, referrer: document.referrer };
  const colorScheme = settings.colorScheme ?? 'auto';
  const init: Init = { chatplatform: 1, handle: readHandle(), page, colorScheme };
  iframe?.contentWindow?.postMessage(init, config.origin, [port2]);
}

function hear(message: ToLoader, from: MessagePort): void {
  if (message.type === 'result') return calls[message.id]?.[message.ok ? 0 : 1](message.value);
  if (message.type === 'ready') {
    clearTimeout(silence);
    port = from;
    waiting.splice(0).forEach(tell);
  }
  onMessage(message);
}
