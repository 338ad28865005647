/** The one script on the customer's page: draws the launcher, and brings in the chat (a frame of our own origin) on first interest. */
import type { ToLoader } from '../port.ts';
import { announce, isPublished, publish, withdraw } from './api.ts';
import { focusFrame, listen, mount, tell, unmount } from './bridge.ts';
import { config, settings } from './config.ts';
import { element } from './element.ts';
import { launcher, showOpen, showUnread } from './launcher.ts';
import style from './loader.css';
import { keepHandle, keepOpen, readHandle, wasOpen } from './memory.ts';
import { apologise, panel, showPanel, small } from './panel.ts';

const { position, zIndex = 2147483000, autoOpen } = settings;
// The side follows the direction of the box, whose own texts say their direction themselves.
const dir = position ? { left: 'rtl', right: 'ltr' }[position] : config.dir;
const host = element('div', { dir });
let isOpen = false;
let before: Element | null;

function draw(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  // Open: a closed root would hide the button from assistive tools and tests, and protect nothing.
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [sheet];
  root.append(panel, launcher);
  // Through the CSSOM: a style attribute would need 'unsafe-inline' of the page.
  host.style.cssText = `--brand:${config.brand};--on-brand:${config.onBrand};--z:${zIndex}`;
  launcher.onclick = toggle;
  launcher.onpointerenter = launcher.onfocus = mount;
  addEventListener('keydown', closeOnEscape);
}

function set(open: boolean, focus = true): void {
  if (open === isOpen) return;
  isOpen = open;
  keepOpen(open);
  if (open) {
    before = document.activeElement;
    appear();
    mount();
  }
  showPanel(open);
  showOpen(open);
  tell({ type: 'open', isOpen: open, focus });
  if (focus) moveFocus();
  announce(open ? 'opened' : 'closed');
}

const open = (): void => set(true);
const close = (): void => set(false);
const toggle = (): void => set(!isOpen);

function moveFocus(): void {
  if (isOpen) focusFrame();
  else ((launcher.hidden ? before : launcher) as HTMLElement | null)?.focus();
}

function closeOnEscape(event: KeyboardEvent): void {
  const isOurs = [host, document.body].includes(document.activeElement as HTMLElement);
  if (event.key === 'Escape' && isOurs && !event.defaultPrevented) close();
}

function hear(message: ToLoader): void {
  if (message.type === 'close') close();
  else if (message.type === 'keep') keepHandle(message.handle);
  else if (message.type === 'event') announce(message.name, message.detail);
  else if (message.type === 'ready') tell({ type: 'open', isOpen, focus: isOpen });
  else if (message.type === 'unread') {
    showUnread(message.count, message.label);
    announce('unread-count', message.count);
  }
}

function silent(): void {
  unmount();
  announce('error', 'unreachable');
  apologise(mount);
}

function appear(): void {
  if (!host.isConnected) document.body.append(host);
}

function destroy(): void {
  set(false, false);
  removeEventListener('keydown', closeOnEscape);
  unmount();
  host.remove();
  withdraw();
}

function setLocale(tag: string): void {
  settings.locale = tag;
  if (unmount()) mount();
}

/** Only once the page is there and idle; who has talked to us before gets their unread count. */
function settle(): void {
  if (!isPublished()) return; // Destroyed meanwhile.
  appear();
  if (autoOpen || (wasOpen() && !small.matches)) set(true, false);
  else if (readHandle()) mount();
}

/** WebKit has no requestIdleCallback. */
function whenIdle(act: () => void): void {
  const soon = (window.requestIdleCallback ?? setTimeout) as typeof requestIdleCallback;
  soon(act, { timeout: 2000 });
}

if (!isPublished()) {
  draw();
  listen(hear, silent);
  const show = (): void => void (host.hidden = false);
  const hide = (): void => (close(), void (host.hidden = true));
  publish({ open, close, toggle, show, hide, setLocale, destroy });
  announce('ready');
  if (document.readyState === 'complete') whenIdle(settle);
  else addEventListener('load', () => whenIdle(settle));
}
