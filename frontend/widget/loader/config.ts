import type { ColorScheme } from '../port.ts';
import type { Rule } from './proactive.ts';

/** Written into the script by widget/pages/loader.py, so that the page needs no request and no `connect-src` for it. */
export interface Config {
  origin: string;
  key: string;
  /** Where the second script is (controls.ts). */
  controls: string;
  brand: string;
  onBrand: string;
  dir: 'ltr' | 'rtl';
  mail: string;
  /** What the owner has set; the page goes before it. */
  settings: Settings;
  proactive?: readonly Rule[];
  texts: LoaderTexts;
}

export interface LoaderTexts {
  title: string;
  open: string;
  close: string;
  unreachable: string;
  retry: string;
  dismiss: string;
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
  /** For a page whose policy lets further scripts in by their nonce only. */
  nonce?: string;
}

declare const __CONFIG__: Config;

export const config = __CONFIG__;
// Nothing a page writes there may break it: what is no object is no settings.
export const settings: Settings = { ...config.settings, ...Object((window as { chatPlatformSettings?: Settings }).chatPlatformSettings) };
