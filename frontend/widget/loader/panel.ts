/** The window the chat appears in: beside the page on a large screen, in place of it on a small one. */
import { config } from './config.ts';
import { element } from './element.ts';

export const small = matchMedia('(max-width:479px)');
export const panel = element('div', { class: 'panel', role: 'dialog', 'aria-label': config.texts.title });

const page = document.documentElement.style;
const viewport = window.visualViewport;
let isShown = false;
let pageOverflow: string | undefined;

export function showPanel(isOpen: boolean): void {
  isShown = isOpen;
  panel.classList.toggle('open', isOpen);
  lockPage(isOpen && small.matches);
  fit();
}

/** Behind a chat that fills the screen, the page must not scroll. */
function lockPage(isLocked: boolean): void {
  if (isLocked) {
    pageOverflow ??= page.overflow;
    page.overflow = 'hidden';
  } else if (pageOverflow !== undefined) {
    page.overflow = pageOverflow;
    pageOverflow = undefined;
  }
}

/** iOS draws its keyboard over the page; only the visual viewport knows how much is left. */
function fit(): void {
  const fills = isShown && small.matches && viewport;
  panel.style.cssText = fills ? `height:${viewport.height}px;top:${viewport.offsetTop}px;bottom:auto` : '';
}

for (const change of ['resize', 'scroll']) viewport?.addEventListener(change, fit);

/** Instead of the chat: that it cannot be reached, where to write, and a way to try again. */
export function apologise(onRetry: () => void): void {
  const { texts, mail } = config;
  const again = element('button', { class: 'retry' }, texts.retry);
  again.onclick = onRetry;
  panel.replaceChildren(
    element(
      'div',
      { class: 'apology', role: 'alert', dir: 'auto' },
      element('p', {}, texts.unreachable, ' ', mail && element('a', { href: `mailto:${mail}` }, mail)),
      again,
    ),
  );
}
