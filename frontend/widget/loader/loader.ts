/**
 * The one script on the customer's page: draws the launcher, and brings in all else on first interest or with the first call:
 * a second script that knows how to go on (controls.ts), and the chat (a frame of our own origin).
 */
import { announce, isPublished, leaving, publish, signal, withdraw } from './api.ts';
import { config, settings, texts } from './config.ts';
import type { Act, Controls, Core, MethodName } from './core.ts';
import { element } from './element.ts';
import { badge, launcher } from './launcher.ts';
import { memory } from './memory.ts';
import { watchForRules } from './proactive.ts';
import { appear, apologise, host, label, mount, panel, unmount } from './stage.ts';

let act: Promise<Act> | undefined;
let tries = 0;

const core: Core = {
  config, settings, texts, label, host, panel, launcher, badge, leaving, mount, unmount, apologise, announce, withdraw, memory, appear,
}; // prettier-ignore

function bringControls(): Promise<Act> {
  return (act ??= fetchControls().then(
    ({ start }) => start(core),
    () => {
      act = undefined;
      throw Error(texts()[4]);
    },
  ));
}

/**
 * An import carries the nonce of our own script tag; where that has none, `nonce` of the settings lets it in. A script
 * element would be refused by Trusted Types. A browser may remember for an address that it failed, so each attempt has its own.
 */
async function fetchControls(): Promise<Controls> {
  const href = config.controls + (tries++ ? `?${tries}` : '');
  const { nonce } = settings;
  if (nonce) {
    const link = element('link', { rel: 'modulepreload', href, nonce });
    document.head.append(link);
    await new Promise((resolve) => (link.onload = link.onerror = resolve));
    link.remove();
  }
  return import(href) as Promise<Controls>;
}

/** The page may leave the promise alone: an error is told as an event as well, and none is left uncaught. */
function perform(name: MethodName, args: unknown[] = []): Promise<unknown> {
  const done = bringControls().then((perform) => perform(name, args));
  done.catch(({ message }) => announce('error', `${name}: ${message}`));
  return done;
}

function warm(): void {
  mount();
  void bringControls().catch(() => undefined);
}

/** Without the second script there is nothing but to say so. */
function toggle(): void {
  perform('toggle').catch(() => {
    panel.classList.toggle('open');
    apologise(() => void perform('open'));
  });
}

/** Only once the page is there and idle; who has talked to us before gets their unread count. */
function settle(): void {
  if (signal.aborted) return;
  appear();
  watchForRules((message) => void fetchControls().then(({ tease }) => tease(core, message, () => void perform('open'))));
  if (settings.autoOpen || (memory('sessionStorage') && innerWidth > 479)) void perform('open', [false]);
  else if (memory('localStorage')) warm();
}

/** WebKit has no requestIdleCallback. */
function whenIdle(): void {
  const soon = (window.requestIdleCallback ?? setTimeout) as typeof requestIdleCallback;
  soon(settle, { timeout: 2000 });
}

if (!isPublished()) {
  launcher.onclick = toggle;
  launcher.onpointerenter = launcher.onfocus = warm;
  publish(perform);
  announce('ready');
  if (document.readyState === 'complete') whenIdle();
  else addEventListener('load', whenIdle, { signal });
}
