/** Whether this person takes conversations: told to everybody who gives them out, and the same in all their windows. */
import { signal, type ReadonlySignal } from '@preact/signals';

import { ApiError, type Api } from '../shared/http.ts';
import type { Toasts } from './alerts/toasts.ts';
import type { Directory, Hours, Member } from './directory.ts';

export interface Away {
  readonly isAway: ReadonlySignal<boolean>;
  /** Websites on which they are away all the same. */
  readonly from: ReadonlySignal<readonly number[]>;
  isAwayFrom(website: number): boolean;
  set(isAway: boolean): Promise<void>;
  setFrom(website: number, isAway: boolean): Promise<void>;
  /** False when the server said no, which is told. */
  setHours(hours: Hours): Promise<boolean>;
  setMail(isWanted: boolean): Promise<void>;
  setMailLanguage(language: string): Promise<void>;
  /** Another window, or an admin, has said so. */
  hear(isAway: boolean, from: readonly number[]): void;
}

export interface AwayOptions {
  api: Pick<Api, 'patch'>;
  toasts: Toasts;
  directory: Pick<Directory, 'members'>;
  me: { readonly id: number; readonly is_away: boolean; readonly away_from: readonly number[] };
}

export function createAway({ api, toasts, directory, me }: AwayOptions): Away {
  const isAway = signal(me.is_away);
  const from = signal(me.away_from);

  async function ask(wanted: Partial<Member>, failure: string): Promise<Member | null> {
    try {
      const answer = await api.patch<Member>(`members/${me.id}/`, wanted);
      directory.members.put(answer);
      hear(answer.is_away, answer.away_from);
      return answer;
    } catch (error) {
      toasts.error(failure, error instanceof ApiError ? error.detail : String(error));
      return null;
    }
  }

  async function set(wanted: boolean): Promise<void> {
    const before = isAway.peek();
    isAway.value = wanted;
    if (!(await ask({ is_away: wanted }, wanted ? 'Could not set you away' : 'Could not bring you back'))) isAway.value = before;
  }

  async function setFrom(website: number, wanted: boolean): Promise<void> {
    const before = from.peek();
    const others = before.filter((one) => one !== website);
    from.value = wanted ? [...others, website] : others;
    if (!(await ask({ away_from: from.peek() }, 'Could not set where you are away'))) from.value = before;
  }

  function hear(wanted: boolean, websites: readonly number[]): void {
    isAway.value = wanted;
    from.value = websites;
  }

  return {
    isAway,
    from,
    isAwayFrom: (website) => isAway.value || from.value.includes(website),
    set,
    setFrom,
    setHours: async (hours) => (await ask({ hours }, 'Could not set your hours')) !== null,
    setMailLanguage: async (wanted) => void (await ask({ mail_language: wanted }, 'Could not change your e-mails')),
    setMail: async (wanted) => void (await ask({ unclaimed_mail: wanted }, 'Could not change your e-mails')),
    hear,
  };
}
