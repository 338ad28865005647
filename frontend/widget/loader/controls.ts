/**
 * The second script on the customer's page, fetched with the first interest or the first call: everything that
 * `window.ChatPlatform` does, the panel, and what the frame tells.
 */
import type { CallName, ToLoader } from '../port.ts';
import { apologise } from './apology.ts';
import { check } from './arguments.ts';
import { createBridge, pageNow } from './bridge.ts';
import type { Act, Core, MethodName } from './core.ts';
import { element, icon } from './element.ts';
import { createPanel } from './panel.ts';
import style from './window.css';
import { words } from './words.ts';

const GONE = 'the chat was taken off this page by destroy()';
const CHEVRON = 'M7 8l5 5 5-5 2 2-7 7-7-7z';
/** How soon a page that changes without being loaded anew is noticed. No event tells of it in all browsers. */
const PAGE_MS = 1000;
/** Said about the visitor, not by the visitor: kept until the chat is opened. */
const QUIET: ReadonlySet<string> = new Set<CallName>(['identify', 'setCustomAttributes', 'setConversationCustomAttributes', 'consent']);

export function start(core: Core): Act {
  const { config, settings, host, launcher, leaving, announce, memory } = core;
  const badge = element('span', { class: 'badge', hidden: '' });
  const panel = createPanel(core);
  const bridge = createBridge(core, hear, onSilence);
  let isOpen = false;
  let isKnown = !!memory('localStorage');
  let wantsFocus = false;
  let before: Element | null = null;
  let unread = { count: 0, label: '' };
  let page = pageNow();
  core.dress(style);
  launcher.append(icon(CHEVRON, 'chevron'), badge);
  void getComputedStyle(core.panel).opacity; // looked at before it opens, so that the first opening moves as well

  // --- open and closed ---

  function set(open: boolean, focus = true): void {
    if (open === isOpen) return;
    isOpen = open;
    wantsFocus = open && focus;
    noteOpen();
    if (open) {
      before = document.activeElement;
      core.appear();
      bridge.enter();
    }
    panel.show(open);
    showLauncher();
    if (focus) moveFocus();
    bridge.tell({ type: 'open', isOpen: open, focus });
    announce(open ? 'opened' : 'closed');
  }

  /** Not before they agree, where that is asked for: the server knows them from then on. */
  function noteOpen(): void {
    memory('sessionStorage', isOpen && (isKnown || !config.asks) ? 'open' : null);
  }

  function moveFocus(): void {
    if (isOpen) bridge.focus();
    else ((launcher.hidden ? before : launcher) as HTMLElement | null)?.focus();
  }

  function closeOnEscape(event: KeyboardEvent): void {
    if (event.key === 'Escape' && isHere() && !event.defaultPrevented) set(false);
  }

  /** The keyboard: with us, nowhere in particular, or still where it was. */
  function isHere(other?: Element | null): boolean {
    return [host, document.body, other].includes(document.activeElement as HTMLElement);
  }

  function showLauncher(): void {
    // The name begins with the visible text, so that who speaks to the computer can say what they see.
    const [, , open, , own] = core.texts();
    const [close] = core.inLanguage(words);
    const name = (settings.launcherText ?? own) || open;
    const { count, label } = unread;
    launcher.classList.toggle('open', isOpen);
    launcher.setAttribute('aria-expanded', `${isOpen}`);
    launcher.setAttribute('aria-label', isOpen ? close : count ? `${name}, ${label}` : name);
    badge.hidden = isOpen || !count;
    badge.textContent = count > 9 ? '9+' : `${count}`;
  }

  // --- what the frame says ---

  function hear(message: ToLoader): void {
    switch (message.type) {
      case 'close':
        return set(false);
      case 'keep':
        return keep(message.handle);
      case 'event':
        return announce(message.name, message.detail);
      case 'ready':
        wantsFocus &&= isHere(before);
        if (wantsFocus) bridge.focus();
        return bridge.tell({ type: 'open', isOpen, focus: wantsFocus });
      case 'unread':
        unread = message;
        showLauncher();
        return announce('unread-count', message.count);
    }
  }

  function keep(handle: string | null): void {
    isKnown = !!handle;
    memory('localStorage', handle);
    noteOpen();
    if (!isKnown) for (const area of ['localStorage', 'sessionStorage'] as const) for (const name of [':visits', ':over']) memory(area, null, name);
  }

  function onSilence(): void {
    bridge.leave(core.texts()[3]);
    announce('error', 'unreachable');
    apologise(core, bridge.enter);
  }

  function tellPage(): void {
    const now = pageNow();
    if (now.url === page.url && now.title === page.title) return;
    page = now;
    bridge.tell({ type: 'page', page });
  }

  // --- what the page asks for ---

  const methods: Partial<Record<MethodName, (...args: never[]) => unknown>> = {
    open: (focus?: boolean) => set(true, focus !== false),
    close: () => set(false),
    toggle: () => set(!isOpen),
    show: () => void (host.hidden = false),
    hide() {
      set(false);
      host.hidden = true;
    },
    async setLocale(tag: string) {
      settings.locale = tag;
      core.label();
      showLauncher();
      await bridge.answered(); // A frame that goes away answers nobody any more.
      if (bridge.leave()) bridge.enter();
    },
    setColorScheme(scheme: 'light' | 'dark' | 'auto') {
      settings.colorScheme = scheme;
      bridge.tell({ type: 'scheme', scheme });
    },
    reset() {
      // Who was never here has nothing to forget, but what was said about them.
      if (memory('localStorage')) bridge.enter();
      else if (!isMounted()) return void bridge.leave('reset() was called');
      return bridge.call('reset', []).then(() => {
        // Nobody has asked for the chat since, so nobody is kept in mind.
        if (!isOpen && bridge.leave()) keep(null);
      });
    },
    destroy() {
      set(false, false);
      leaving.abort();
      clearInterval(watch);
      bridge.leave(GONE);
      host.remove();
      core.withdraw();
    },
  };

  const isMounted = (): boolean => !!host.shadowRoot?.querySelector('iframe');

  function perform(name: MethodName, args: unknown[]): unknown {
    if (leaving.signal.aborted) throw Error(GONE);
    check(name, args);
    const method = methods[name] as ((...args: unknown[]) => unknown) | undefined;
    if (method) return method(...args);
    if (!QUIET.has(name)) bridge.enter();
    return bridge.call(name as CallName, args);
  }

  addEventListener('keydown', closeOnEscape, { signal: leaving.signal });
  const watch = setInterval(tellPage, PAGE_MS);
  if (isMounted()) bridge.enter();

  return async (name, args) => perform(name, args);
}
