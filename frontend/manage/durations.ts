/** Lengths of time on the axis of a chart. */

const HOUR = 3600;
const DAY = 24 * HOUR;
const STEPS = [1, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 5 * DAY, 7 * DAY];
const LINES = 6;

/** Seconds between two lines: such as a clock has, so that nobody reads 5.6 hours. */
export function stepOf(longest: number): number {
  const found = STEPS.find((step) => longest / step <= LINES);
  return found ?? Math.ceil(longest / LINES / (7 * DAY)) * 7 * DAY;
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < HOUR) return `${Math.round(seconds / 60)} min`;
  return seconds < 2 * DAY ? `${Math.round(seconds / 360) / 10} h` : `${Math.round(seconds / 8640) / 10} d`;
}
