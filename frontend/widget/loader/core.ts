/** What the loader and the second script (controls.ts) know of each other. Only types: costs no bytes. */
import type { announce, leaving, withdraw } from './api.ts';
import type { Config, Settings, inLanguage, texts } from './config.ts';
import type { launcher } from './launcher.ts';
import type { memory } from './memory.ts';
import type { appear, dress, host, label, mount, panel, unmount } from './stage.ts';

export type MethodName =
  | 'open'
  | 'close'
  | 'toggle'
  | 'show'
  | 'hide'
  | 'identify'
  | 'setCustomAttributes'
  | 'setConversationCustomAttributes'
  | 'setLocale'
  | 'setColorScheme'
  | 'prefill'
  | 'sendMessage'
  | 'requestHuman'
  | 'consent'
  | 'reset'
  | 'destroy';

/** Does what a method of `window.ChatPlatform` says; a refusal is an Error that can be read. */
export type Act = (name: MethodName, args: unknown[]) => Promise<unknown>;

export interface Core {
  config: Config;
  settings: Settings;
  texts: typeof texts;
  inLanguage: typeof inLanguage;
  label: typeof label;
  host: typeof host;
  panel: typeof panel;
  launcher: typeof launcher;
  leaving: typeof leaving;
  dress: typeof dress;
  mount: typeof mount;
  unmount: typeof unmount;
  announce: typeof announce;
  withdraw: typeof withdraw;
  memory: typeof memory;
  /** Draws it, and puts it into the page where it is not there yet. */
  appear: typeof appear;
}

export interface Controls {
  start: (core: Core) => Act;
}

export interface Rules {
  watch: (core: Core, open: () => void) => void;
}
