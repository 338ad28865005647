/** Hours of the week as the server keeps them (accounts/hours.py). */

export type DayKey = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

export interface Hours {
  readonly enabled: boolean;
  readonly time_zone: string;
  readonly week: { readonly [day in DayKey]?: readonly { readonly start: string; readonly end: string }[] };
  readonly holidays: readonly { readonly day: string; readonly name?: string; readonly yearly?: boolean }[];
}

export const DAYS: readonly (readonly [DayKey, string])[] = [
  ['mon', 'Monday'],
  ['tue', 'Tuesday'],
  ['wed', 'Wednesday'],
  ['thu', 'Thursday'],
  ['fri', 'Friday'],
  ['sat', 'Saturday'],
  ['sun', 'Sunday'],
];

/** What is to be edited: who has set nothing yet begins in their own time zone. */
export function hoursOf(given: Hours, zone = Intl.DateTimeFormat().resolvedOptions().timeZone): Hours {
  return given.enabled || given.time_zone !== 'UTC' ? given : { ...given, time_zone: zone };
}
