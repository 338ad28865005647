/** Dates as people say them, in the language of the page. */

export interface Clock {
  /** "9:17 PM" */
  time(timestamp: string | number): string;
  /** "Today", "Yesterday", "Monday, 3 March" */
  day(timestamp: string | number): string;
  /** Date and time in full, for titles. */
  full(timestamp: string | number): string;
}

const DAY_MS = 86_400_000;

export function createClock(language: string, now: () => number = Date.now): Clock {
  const time = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' });
  const full = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'short' });
  const thisYear = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' });
  const otherYear = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', year: 'numeric' });
  const dayName = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });

  function day(timestamp: string | number): string {
    const date = new Date(timestamp);
    const days = daysBetween(date, new Date(now()));
    if (days === 0 || days === -1) return capitalised(dayName.format(days, 'day'), language);
    return (date.getFullYear() === new Date(now()).getFullYear() ? thisYear : otherYear).format(date);
  }

  return {
    time: (timestamp) => time.format(new Date(timestamp)),
    full: (timestamp) => full.format(new Date(timestamp)),
    day,
  };
}

export function isSameDay(a: string | number, b: string | number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

function daysBetween(from: Date, to: Date): number {
  const midnight = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  return Math.round((midnight(from) - midnight(to)) / DAY_MS);
}

const capitalised = (text: string, language: string): string => text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
