/** Puts the alerts together: what this tab says by sound and on the desktop, and what it leaves to another one. */
import { effect, type ReadonlySignal } from '@preact/signals';

import type { Store } from '../../shared/storage.ts';
import type { Conversations } from '../list/conversations.ts';
import type { Preferences } from '../preferences.ts';
import { createAlerts, type Alerts } from './alerts.ts';
import type { Announcer } from './announcer.ts';
import { createDesktop, type Desktop, type DesktopNotice } from './desktop.ts';
import { createRinging, type Ringing } from './ringing.ts';
import { createSound, type Sound } from './sound.ts';
import { createTabs, type Tabs } from './tabs.ts';
import type { Toasts } from './toasts.ts';

export interface Speaking {
  readonly alerts: Alerts;
  readonly desktop: Desktop;
  readonly ringing: Ringing;
  readonly sound: Sound;
  readonly tabs: Tabs;
}

export interface SpeakingOptions {
  me: number;
  preferences: Preferences;
  conversations: Conversations;
  store: Store;
  toasts: Toasts;
  announcer: Announcer;
  selected: ReadonlySignal<string | null>;
  isVisible: ReadonlySignal<boolean>;
  isAway: (website: number) => boolean;
  open: (conversationId: string) => void;
}

export function createSpeaking(options: SpeakingOptions): Speaking {
  const { me, preferences, conversations, selected, isVisible } = options;
  const tabs = createTabs(me);
  const sound = createSound({
    isOn: () => preferences.sound.value && tabs.sounds.value,
    volume: () => preferences.volume.peek(),
    onUnlocked: tabs.unlock,
  });
  const desktop = createDesktop(options.open);
  const ringing = createRinging({
    conversations,
    sound,
    isOn: () => preferences.sound.value && preferences.ring.value,
    isAway: options.isAway,
    silenced: { read: () => options.store.read<number>(`inbox:silenced:${me}`) ?? 0, write: (moment) => void options.store.write(`inbox:silenced:${me}`, moment) },
  });
  tabs.onSilence(ringing.silence);
  effect(() => tabs.show(isVisible.value ? selected.value : null));

  function notice(given: DesktopNotice): void {
    if (preferences.desktop.peek() && tabs.speaks.peek() && !tabs.isOnSomeScreen(given.tag)) void desktop.show(given);
  }

  const alerts = createAlerts({
    me,
    toasts: options.toasts,
    announcer: options.announcer,
    sound,
    notice,
    ring: (id) => ringing.watch(id),
    selected: () => selected.peek(),
    open: options.open,
    isHidden: () => !isVisible.peek(),
  });
  return { alerts, desktop, ringing, sound, tabs };
}
