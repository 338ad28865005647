import type { ColorScheme } from '../port.ts';

/** Written into the script by widget/pages/loader.py, so that the page needs no request and no `connect-src` for it. */
export interface Config {
  origin: string;
  key: string;
  /** Where the second script is (controls.ts). */
  controls: string;
  /** Where messages that show themselves are, if there are some (rules.ts). */
  rules?: string;
  /** For the launcher, in place of the sign. */
  picture?: string;
  brand: string;
  onBrand: string;
  /** The website's own. */
  language: string;
  mail?: string;
  /** Consent is asked for before anything is stored. */
  asks?: boolean;
  /** What the owner has set; the page goes before it. */
  settings?: Settings;
  texts: Record<string, LoaderTexts>;
}

/** By their places, to be short (widget/pages/loader.py). */
export type LoaderTexts = [isRtl: 0 | 1, title: string, open: string, unreachable: string, launcherText?: string];

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

export const texts = (): LoaderTexts => inLanguage(config.texts);

/** In the language the page asks for, else in the website's own: the same rule as translator_for in widget/pages/languages.py. */
export function inLanguage<T>(texts: Record<string, T>): T {
  const [tag, base] = /^(\w+).*/.exec(`${settings.locale}`.replace('_', '-')) ?? [];
  return texts[tag!] ?? texts[`${base}`.toLowerCase()] ?? texts[config.language]!;
}
