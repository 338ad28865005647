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
  /** The website's own. */
  language: string;
  mail: string;
  /** What the owner has set; the page goes before it. */
  settings: Settings;
  proactive?: readonly Rule[];
  texts: Record<string, LoaderTexts>;
}

/** By their places, to be short (widget/pages/loader.py). */
export type LoaderTexts = [isRtl: 0 | 1, title: string, open: string, close: string, unreachable: string, retry: string, dismiss: string];

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


/** In the language the page asks for, else in the website's own: the same rule as translator_for in widget/pages/languages.py. */
export function texts(): LoaderTexts {
  const [tag, base] = /^(\w+).*/.exec(`${settings.locale}`.replace('_', '-')) ?? [];
  return config.texts[tag!] ?? config.texts[`${base}`.toLowerCase()] ?? config.texts[config.language]!;
}
