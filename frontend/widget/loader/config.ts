import type { ColorScheme } from '../port.ts';

/** Written into the script by widget/pages/loader.py, so that the page needs no request and no `connect-src` for it. */
export interface Config {
  origin: string;
  key: string;
  brand: string;
  onBrand: string;
  dir: 'ltr' | 'rtl';
  mail: string;
  texts: {
    title: string;
    open: string;
    close: string;
    unreachable: string;
    retry: string;
  };
}

/** What the customer's page may set before loading: `window.chatPlatformSettings`. */
export interface Settings {
  position?: 'left' | 'right';
  locale?: string;
  colorScheme?: ColorScheme;
  hideLauncher?: boolean;
  launcherText?: string;
  autoOpen?: boolean;
  zIndex?: number;
}

declare const __CONFIG__: Config;

export const config = __CONFIG__;
export const settings: Settings = (window as { chatPlatformSettings?: Settings }).chatPlatformSettings ?? {};
