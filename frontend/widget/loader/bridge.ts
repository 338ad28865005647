/** The message port into the frame. Calls made before the frame is ready wait for it. */
import type { Call, CallName, Init, Page, ToFrame, ToLoader } from '../port.ts';
import type { Core } from './core.ts';

const READY_MS = 6000;
/** No tab waits longer for another's turn. */
const TURN_MS = 3000;

export interface Bridge {
  /** Brings the chat in, if it is not there yet. */
  enter(): void;
  /** The frame goes away; who waits for it hears why, unless another one is to answer. */
  leave(reason?: string): boolean;
  /** Said to nobody while the frame is not there; it learns the state of things with its greeting. */
  tell(message: ToFrame): void;
  call(name: CallName, args: unknown[]): Promise<unknown>;
  /** When the frame has answered everything it was asked. */
  answered(): Promise<unknown>;
  /**
   * Into the frame, once it is there. Sooner, while the browser still puts one document in place of another, and twice,
   * the keyboard would stay with the page, although the composer looks as if it had it.
   */
  focus(): void;
}

/** Silence: the frame did not come up in time, because it is blocked or the server is down. */
export function createBridge(core: Core, onMessage: (message: ToLoader) => void, onSilence: () => void): Bridge {
  const { config, settings, memory } = core;
  let iframe: HTMLIFrameElement | undefined;
  let port: MessagePort | undefined;
  let endTurn: ((nothing: null) => void) | undefined;
  let silence: ReturnType<typeof setTimeout>;
  let waiting: Call[] = [];
  let calls: Record<number, Promised> = {};
  let count = 0;
  let asked: Promise<unknown> = Promise.resolve();

  function enter(): void {
    const mounted = core.mount();
    if (mounted.iframe === iframe) return;
    iframe = mounted.iframe;
    silence = setTimeout(onSilence, READY_MS);
    void mounted.loaded.then(() => takeTurn(mounted.iframe));
  }

  function leave(reason?: string): boolean {
    clearTimeout(silence);
    port?.close();
    iframe = port = undefined;
    if (reason) {
      for (const { reject } of Object.values(calls)) reject(Error(reason));
      calls = {};
      waiting = [];
    }
    return core.unmount();
  }

  /** A handle works once: tabs that are restored together use it one after the other, and the last one's answer is kept. */
  function takeTurn(frame: HTMLIFrameElement): void {
    const { locks } = navigator;
    if (!locks || !memory('localStorage')) return greet(frame);
    const turn = new Promise((resolve) => {
      endTurn = resolve;
      setTimeout(resolve, TURN_MS);
    });
    void locks.request(`chatplatform:${config.key}`, () => (greet(frame), turn));
  }

  function greet(frame: HTMLIFrameElement): void {
    if (frame !== iframe) return;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (event: MessageEvent<ToLoader>) => hear(event.data, port1);
    const init: Init = {
      chatplatform: 1,
      handle: memory('localStorage'),
      page: pageNow(),
      colorScheme: settings.colorScheme ?? 'auto',
      calls: waiting.splice(0),
    };
    frame.contentWindow?.postMessage(init, config.origin, [port2]);
  }

  function hear(message: ToLoader, from: MessagePort): void {
    if (message.type === 'result') return settle(message);
    if (message.type === 'ready') {
      clearTimeout(silence);
      port = from;
      waiting.splice(0).forEach(tell);
    }
    onMessage(message);
    if (message.type === 'keep') endTurn?.(null);
  }

  function settle({ id, ok, value }: Extract<ToLoader, { type: 'result' }>): void {
    const call = calls[id];
    delete calls[id];
    if (ok) call?.resolve(value);
    else call?.reject(Error(String(value)));
  }

  function tell(message: ToFrame): void {
    port?.postMessage(message);
  }

  function call(name: CallName, args: unknown[]): Promise<unknown> {
    const message: Call = { type: 'call', id: ++count, name, args };
    const done = new Promise((resolve, reject) => {
      calls[message.id] = { resolve, reject };
    });
    if (port) asked = Promise.allSettled([asked, done]);
    if (port) tell(message);
    else waiting.push(message);
    return done;
  }

  function focus(): void {
    if (port && core.host.shadowRoot?.activeElement !== iframe!) iframe!.focus();
  }

  return { enter, leave, tell, call, answered: () => asked, focus };
}

interface Promised {
  resolve: (value: unknown) => void;
  reject: (reason: Error) => void;
}

export const pageNow = (): Page => ({ url: location.href.split('#')[0]!, title: document.title, referrer: document.referrer });
