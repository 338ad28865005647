/** What this person set in this browser. */
import { effect, signal, type Signal } from '@preact/signals';

import { switchDebug } from '../shared/debug.ts';
import type { Store } from '../shared/storage.ts';

export interface Preferences {
  readonly sound: Signal<boolean>;
  readonly shortcuts: Signal<boolean>;
  readonly enterSends: Signal<boolean>;
  readonly debug: Signal<boolean>;
}

const DEFAULTS = { sound: false, shortcuts: true, enterSends: false };
const KEY = 'inbox:preferences';
/** Read by shared/debug.ts, for the widget as well. */
const DEBUG_KEY = 'chatplatform:debug';

export function createPreferences(store: Store): Preferences {
  const saved = { ...DEFAULTS, ...store.read<Partial<typeof DEFAULTS>>(KEY) };
  const preferences = {
    sound: signal(saved.sound),
    shortcuts: signal(saved.shortcuts),
    enterSends: signal(saved.enterSends),
    debug: signal(debugWanted(store)),
  };
  effect(() => {
    const { sound, shortcuts, enterSends } = preferences;
    store.write(KEY, { sound: sound.value, shortcuts: shortcuts.value, enterSends: enterSends.value });
  });
  effect(() => {
    if (preferences.debug.value) store.write(DEBUG_KEY, 1);
    else store.remove(DEBUG_KEY);
    switchDebug(preferences.debug.value);
  });
  return preferences;
}

const debugWanted = (store: Store): boolean =>
  store.read<number>(DEBUG_KEY) === 1 || new URLSearchParams(location.search).get('debug') === '1';
