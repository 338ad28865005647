/** The page's own storage, which may be forbidden. Nothing is written before the visitor has opened the chat. */
import { config } from './config.ts';

const KEY = `chatplatform:${config.key}`;

/**
 * localStorage: a handle by which a visitor is known again where the frame's own storage is not kept (Safari); never their token.
 * sessionStorage: that the chat is open, so that it stays so from page to page for as long as the tab lives.
 */
export function memory(area: 'localStorage' | 'sessionStorage', value?: string | null): string | null {
  try {
    if (value) window[area].setItem(KEY, value);
    else if (value === null) window[area].removeItem(KEY);
    return window[area].getItem(KEY);
  } catch {
    return null;
  }
}
