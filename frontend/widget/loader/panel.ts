/** The window the chat appears in: beside the page on a large screen, in place of it on a small one. */
import type { Core } from './core.ts';

export interface Panel {
  show(isOpen: boolean): void;
}

export function createPanel({ panel, leaving: { signal } }: Core): Panel {
  const small = matchMedia('(max-width:479px)');
  const page = document.documentElement.style;
  const viewport = window.visualViewport;
  let isShown = false;
  let pageOverflow: string | undefined;

  function show(isOpen: boolean): void {
    isShown = isOpen;
    panel.classList.toggle('open', isOpen);
    fit();
  }

  function fit(): void {
    const fills = isShown && small.matches;
    lockPage(fills);
    // iOS draws its keyboard over the page; only the visual viewport knows how much is left.
    panel.style.cssText = fills && viewport ? `height:${viewport.height}px;top:${viewport.offsetTop}px;bottom:auto` : '';
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

  for (const change of ['resize', 'scroll']) viewport?.addEventListener(change, fit, { signal });
  small.addEventListener('change', fit, { signal });
  return { show };
}
