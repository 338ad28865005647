/**
 * The one script on the customer's page: draws the launcher, and brings in all else on first interest or with the first call:
 * a second script that knows how to go on (controls.ts), and the chat (a frame of our own origin).
 */
import { announce, isPublished, leaving, publish, signal, withdraw } from './api.ts';
import { config, inLanguage, settings, texts } from './config.ts';
import type { Act, Controls, Core, MethodName, Rules } from './core.ts';
import { element } from './element.ts';
import { launcher } from './launcher.ts';
import { memory } from './memory.ts';
import { appear, dress, host, label, mount, panel, unmount } from './stage.ts';

let act: Promise<Act> | undefined;
let tries = 0;

const core: Core = {
  config, settings, texts, inLanguage, label, host, panel, launcher, leaving, mount, unmount, announce, withdraw, memory, dress, appear,
}; // prettier-ignore

function bringControls(): Promise<Act> {
  // A browser may remember for an address that it failed, so each attempt has its own.
  return (act ??= fetchPart<Controls>(config.controls + (tries++ ? `?${tries}` : '')).then(
    ({ start }) => start(core),
    () => {
      act = undefined;
      throw Error(texts()[3]);
    },
  ));
}

/**
 * An import carries the nonce of our own script tag; where that has none, `nonce` of the settings lets it in. A script
 * element would be refused by Trusted Types.
 */
async function fetchPart<T>(href: string): Promise<T> {
  const { nonce } = settings;
  if (nonce) {
    const link = element('link', { rel: 'modulepreload', href, nonce });
    document.head.append(link);
    await new Promise((resolve) => (link.onload = link.onerror = resolve));
    link.remove();
  }
  return import(href) as Promise<T>;
}

/** The page may leave the promise alone: an error is told as an event as well, and none is left uncaught. */
function perform(name: MethodName, args: unknown[] = []): Promise<unknown> {
  const done = bringControls().then((perform) => perform(name, args));
  done.catch(({ message }) => announce('error', `${name}: ${message}`));
  return done;
}

function warm(): void {
  if (!panel.firstChild) mount(); // An apology stays until the chat is opened or tried again.
  void bringControls().catch(() => undefined);
}

let apology: Element | undefined;

/** Without the second script there is nothing but to say so; the launcher tries again. */
function toggle(): void {
  apology?.remove();
  perform('toggle').catch(() => {
    const { mail } = config;
    const link = mail ? element('a', { href: `mailto:${mail}` }, mail) : '';
    apology = element('p', { class: 'sorry', role: 'alert', dir: 'auto' }, texts()[3], ' ', link);
    launcher.before(apology);
  });
}

/** Only once the page is there and idle; who has talked to us before gets their unread count. */
function settle(): void {
  if (signal.aborted) return;
  appear();
  if (config.rules) void fetchPart<Rules>(config.rules).then(({ watch }) => watch(core, () => void perform('open')), () => undefined);
  if (settings.autoOpen || (memory('sessionStorage') && innerWidth > 479)) void perform('open', [false]);
  else if (memory('localStorage')) warm();
}

export function begin(): void {
  // WebKit has no requestIdleCallback.
  const soon = (window.requestIdleCallback ?? setTimeout) as typeof requestIdleCallback;
  const whenIdle = (): void => void soon(settle, { timeout: 2000 });
  if (isPublished()) return;
  launcher.onclick = toggle;
  launcher.onpointerenter = launcher.onfocus = warm;
  publish(perform);
  announce('ready');
  if (document.readyState === 'complete') whenIdle();
  else addEventListener('load', whenIdle, { signal });
}
