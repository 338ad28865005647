/** Dates as people say them, in the language of the page. */

export interface Clock {
  /** "9:17 PM" */
  time(timestamp: string | number): string;
  /** "Today", "Yesterday", "Monday, 3 March" */
  day(timestamp: string | number): string;
  /** "now", "5m ago", "yesterday": for lists. */
  ago(timestamp: string | number): string;
  /** Date and time in full, for titles. */
  full(timestamp: string | number): string;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

export function createClock(language: string, now: () => number = Date.now): Clock {
  const time = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' });
  const full = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'short' });
  const thisYear = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' });
  const otherYear = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', year: 'numeric' });
  const dayName = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const short = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'narrow' });

  function day(timestamp: string | number): string {
    const date = new Date(timestamp);
    const days = daysBetween(date, new Date(now()));
    if (days === 0 || days === -1) return capitalised(dayName.format(days, 'day'), language);
    return (date.getFullYear() === new Date(now()).getFullYear() ? thisYear : otherYear).format(date);
  }

  function ago(timestamp: string | number): string {
    const seconds = Math.min(0, (new Date(timestamp).getTime() - now()) / 1000);
    if (seconds > -MINUTE) return short.format(0, 'second');
    if (seconds > -HOUR) return short.format(Math.ceil(seconds / MINUTE), 'minute');
    if (seconds > -DAY) return short.format(Math.ceil(seconds / HOUR), 'hour');
    return short.format(Math.ceil(seconds / DAY), 'day');
  }

  return {
    time: (timestamp) => time.format(new Date(timestamp)),
    full: (timestamp) => full.format(new Date(timestamp)),
    day,
    ago,
  };
}

export function isSameDay(a: string | number, b: string | number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

function daysBetween(from: Date, to: Date): number {
  const midnight = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  return Math.round((midnight(from) - midnight(to)) / (DAY * 1000));
}

const capitalised = (text: string, language: string): string => text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
