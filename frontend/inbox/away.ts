/** Whether this person takes conversations: told to everybody who gives them out, and the same in all their windows. */
import { signal, type ReadonlySignal } from '@preact/signals';

import { ApiError, type Api } from '../shared/http.ts';
import type { Toasts } from './alerts/toasts.ts';
import type { Member } from './directory.ts';

export interface Away {
  readonly isAway: ReadonlySignal<boolean>;
  set(isAway: boolean): Promise<void>;
  /** Another window, or an admin, has said so. */
  hear(isAway: boolean): void;
}

export function createAway(api: Pick<Api, 'patch'>, toasts: Toasts, me: number, given: boolean): Away {
  const isAway = signal(given);

  async function set(wanted: boolean): Promise<void> {
    const before = isAway.peek();
    isAway.value = wanted;
    try {
      isAway.value = (await api.patch<Member>(`members/${me}/`, { is_away: wanted })).is_away;
    } catch (error) {
      isAway.value = before;
      toasts.error(wanted ? 'Could not set you away' : 'Could not bring you back', error instanceof ApiError ? error.detail : String(error));
    }
  }

  return { isAway, set, hear: (wanted) => void (isAway.value = wanted) };
}
