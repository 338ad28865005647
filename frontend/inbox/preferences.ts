/** What this person set in this browser: the same in all its tabs. */
import { batch, effect, signal, type Signal } from '@preact/signals';

import { switchDebug } from '../shared/debug.ts';
import type { Store } from '../shared/storage.ts';

export interface Preferences {
  readonly sound: Signal<boolean>;
  /** From 0 to 1. */
  readonly volume: Signal<number>;
  /** Until somebody claims. */
  readonly ring: Signal<boolean>;
  readonly desktop: Signal<boolean>;
  readonly shortcuts: Signal<boolean>;
  readonly enterSends: Signal<boolean>;
  readonly panel: Signal<boolean>;
  readonly list: Signal<boolean>;
  readonly debug: Signal<boolean>;
}

const DEFAULTS = { sound: false, volume: 0.7, ring: true, desktop: false, shortcuts: true, enterSends: false, panel: true, list: true };
const KEY = 'inbox:preferences';
/** Read by shared/debug.ts, for the widget as well. */
const DEBUG_KEY = 'chatplatform:debug';

type Saved = typeof DEFAULTS;
const NAMES = Object.keys(DEFAULTS) as (keyof Saved)[];

export function createPreferences(store: Store): Preferences {
  const saved = { ...DEFAULTS, ...store.read<Partial<Saved>>(KEY) };
  const kept = Object.fromEntries(NAMES.map((name) => [name, signal(saved[name])])) as { [name in keyof Saved]: Signal<Saved[name]> };
  const debug = signal(debugWanted(store));
  effect(() => void store.write(KEY, Object.fromEntries(NAMES.map((name) => [name, kept[name].value]))));
  globalThis.addEventListener?.('storage', (event) => {
    if (event.key === KEY) follow(kept, store.read<Partial<Saved>>(KEY));
  });
  effect(() => {
    if (debug.value) store.write(DEBUG_KEY, 1);
    else store.remove(DEBUG_KEY);
    switchDebug(debug.value);
  });
  return { ...kept, debug };
}

/** Another tab has set something. */
function follow(kept: { [name in keyof Saved]: Signal<Saved[name]> }, saved: Partial<Saved> | null): void {
  batch(() => {
    for (const name of NAMES) (kept[name] as Signal<unknown>).value = saved?.[name] ?? DEFAULTS[name];
  });
}

const debugWanted = (store: Store): boolean =>
  store.read<number>(DEBUG_KEY) === 1 || new URLSearchParams(location.search).get('debug') === '1';
