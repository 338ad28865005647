/** Times in the inbox. A value that is no date gives an empty text: an odd row must not take the list with it. */
import { signal } from '@preact/signals';

import { createClock } from '../shared/time.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** By how much this machine's clock is behind the server's, in milliseconds: people's clocks may be wrong by hours. */
let behind = 0;
/** What an answer takes on its way, and the part of a second that its date leaves out. */
const UNCERTAIN = 3000;

export const clockBehind = (): number => behind;

/** Now, by the server's clock, in milliseconds. */
export const rightNow = (): number => Date.now() + behind;

/** Ticks twice a minute, so that what says "3m" says "4m" in time. */
export const now = signal(rightNow());

export function startTicking(): void {
  setInterval(() => (now.value = rightNow()), MINUTE / 2);
}

/** The server has just said what time it is: in milliseconds since 1970, or no number at all. */
export function hearTime(server: number): void {
  if (Number.isNaN(server) || Math.abs(server - rightNow()) < UNCERTAIN) return;
  behind = server - Date.now();
  now.value = rightNow();
}

const language = typeof navigator === 'undefined' ? 'en' : navigator.language;
const said = createClock(language, rightNow);
const weekday = new Intl.DateTimeFormat(language, { weekday: 'short' });
const date = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
const dateAndYear = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', year: 'numeric' });

type Moment = string | null | undefined;

/** "now", "3m", "2h", "Tue", "12 Mar", "12 Mar 2024": as short as a list row needs. */
export function ago(moment: Moment, at: number): string {
  const time = parsed(moment);
  if (time === null) return '';
  const age = at - time;
  if (age < MINUTE) return 'now';
  if (age < HOUR) return `${Math.floor(age / MINUTE)}m`;
  if (age < DAY) return `${Math.floor(age / HOUR)}h`;
  return age < 6 * DAY ? weekday.format(time) : dayAndMonth(time, at);
}

/** "14:05" today, "Tue 14:05" this week, "12 Mar" before: for the details beside a conversation. */
export function lately(moment: Moment, at: number): string {
  const time = parsed(moment);
  if (time === null) return '';
  if (at - time >= 6 * DAY) return dayAndMonth(time, at);
  const isToday = new Date(time).toDateString() === new Date(at).toDateString();
  return isToday ? said.time(time) : `${weekday.format(time)} ${said.time(time)}`;
}

export const clock = (moment: Moment): string => ifDate(moment, said.time);
export const dayLabel = (moment: Moment): string => ifDate(moment, said.day);
export const fullTime = (moment: Moment): string => ifDate(moment, said.full);

export function parsed(moment: Moment): number | null {
  const time = moment ? Date.parse(moment) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}

function ifDate(moment: Moment, say: (time: number) => string): string {
  const time = parsed(moment);
  return time === null ? '' : say(time);
}

function dayAndMonth(time: number, at: number): string {
  const isThisYear = new Date(time).getFullYear() === new Date(at).getFullYear();
  return (isThisYear ? date : dateAndYear).format(time);
}
