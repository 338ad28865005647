import { expect, test } from 'vitest';
import { duration, stepOf } from './durations';

const lines = (longest: number): string[] => {
  const step = stepOf(longest);
  return Array.from({ length: Math.floor(longest / step) + 1 }, (_, n) => duration(n * step));
};

test('an axis of times has whole seconds, minutes, hours and days, and few lines', () => {
  expect(lines(94_562)).toEqual(['0 s', '6 h', '12 h', '18 h', '24 h']);
  expect(lines(857)).toEqual(['0 s', '5 min', '10 min']);
  expect(lines(40)).toEqual(['0 s', '10 s', '20 s', '30 s', '40 s']);
  expect(lines(400_000)).toEqual(['0 s', '24 h', '2 d', '3 d', '4 d']);
  for (const longest of [0, 1, 59, 61, 3599, 3601, 86_399, 1e6, 1e7, 1e9]) {
    expect(lines(longest).length).toBeLessThanOrEqual(7);
    for (const said of lines(longest)) expect(said).not.toContain('.');
  }
});
