/** Times in the inbox. A value that is no date gives an empty text: an odd row must not take the list with it. */
import { signal } from '@preact/signals';

import { createClock } from '../shared/time.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Ticks twice a minute, so that what says "3m" says "4m" in time. */
export const now = signal(Date.now());

export function startTicking(): void {
  setInterval(() => (now.value = Date.now()), MINUTE / 2);
}

const language = typeof navigator === 'undefined' ? 'en' : navigator.language;
const said = createClock(language);
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
