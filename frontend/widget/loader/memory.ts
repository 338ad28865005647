/** The page's own storage, which may be forbidden. Nothing is written before the visitor has opened the chat. */
import { config } from './config.ts';

/**
 * localStorage: a handle by which a visitor is known again where the frame's own storage is not kept (Safari); never their token.
 * sessionStorage: that the chat is open, so that it stays so from page to page for as long as the tab lives.
 * `name`: of what rules.ts notes beside these.
 */
export function memory(area: 'localStorage' | 'sessionStorage', value?: string | null, name = ''): string | null {
  const key = `chatplatform:${config.key}${name}`;
  try {
    if (value) window[area].setItem(key, value);
    else if (value === null) window[area].removeItem(key);
    return window[area].getItem(key);
  } catch {
    return null;
  }
}
