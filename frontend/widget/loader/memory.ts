/** The page's own storage, which may be forbidden. Nothing is written before the visitor has opened the chat. */
import { config } from './config.ts';

const KEY = `chatplatform:${config.key}`;

/** A handle by which a visitor is known again where the frame's own storage is not kept (Safari). Never the visitor's token. */
export const readHandle = (): string | null => use('localStorage');
export const keepHandle = (handle: string | null): unknown => use('localStorage', handle);

/** The chat stays open from page to page, for as long as the tab lives. */
export const wasOpen = (): boolean => !!use('sessionStorage');
export const keepOpen = (isOpen: boolean): unknown => use('sessionStorage', isOpen ? 'open' : null);

function use(area: 'localStorage' | 'sessionStorage', value?: string | null): string | null {
  try {
    if (value) window[area].setItem(KEY, value);
    else if (value === null) window[area].removeItem(KEY);
    return window[area].getItem(KEY);
  } catch {
    return null;
  }
}
