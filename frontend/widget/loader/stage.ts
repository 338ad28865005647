/** What the loader puts into the page: a host with the launcher, and the panel, not to be seen yet, with the frame. */
import { config, settings, texts } from './config.ts';
import { element } from './element.ts';
import { launcher, words } from './launcher.ts';
import style from './launcher.css';

// No top navigation: a link in the chat must not take the customer's page away.
const SANDBOX =
  'allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads';

const { position, zIndex = 2147483000 } = settings;
export const host = element('div', {});
export const panel = element('div', { class: 'panel', role: 'dialog' });

/** In the language of the moment. */
export function label(): void {
  const [isRtl, title, open, , own = ''] = texts();
  // The side follows the direction of the box, whose own texts say their direction themselves.
  host.dir = { left: 'rtl', right: 'ltr' }[position as string] ?? (isRtl ? 'rtl' : 'ltr');
  panel.ariaLabel = title;
  launcher.ariaLabel = (words.textContent = settings.launcherText ?? own) || open;
}

/** Not before the page is idle, or somebody wants it. */
function draw(root = host.attachShadow({ mode: 'open' })): void {
  // Open: a closed root would hide the button from assistive tools and tests, and protect nothing.
  dress(style);
  root.append(panel, launcher);
  // Through the CSSOM: a style attribute would need 'unsafe-inline' of the page.
  label();
  host.style.cssText = `--brand:${config.brand};--on-brand:${config.onBrand};--z:${Number(zIndex)}`;
}

const sheets: CSSStyleSheet[] = [];

/** With one style sheet more. */
export function dress(style: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  sheets.push(sheet);
  if (host.shadowRoot) host.shadowRoot.adoptedStyleSheets = sheets;
}

export function appear(): void {
  if (!host.shadowRoot) draw();
  if (!host.isConnected) document.body.append(host);
}

/** The chat itself. Fetched beside the second script, which greets it as soon as both are there. */
export interface Mounted {
  iframe: HTMLIFrameElement;
  loaded: Promise<unknown>;
}

let mounted: Mounted | undefined;

export function mount(): Mounted {
  if (mounted) return mounted;
  const iframe = element('iframe', { title: texts()[1], referrerpolicy: 'origin', sandbox: SANDBOX });
  iframe.src = `${config.origin}/widget/frame/${config.key}/?locale=${encodeURIComponent(settings.locale ?? '')}`;
  mounted = { iframe, loaded: new Promise((resolve) => (iframe.onload = resolve)) };
  panel.replaceChildren(iframe);
  return mounted;
}

/** Throws the frame away; the next mount starts afresh. Says whether there was one. */
export function unmount(): boolean {
  const wasMounted = !!mounted;
  mounted?.iframe.remove();
  mounted = undefined;
  return wasMounted;
}
