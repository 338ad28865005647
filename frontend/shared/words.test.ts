import { expect, test } from 'vitest';

import { plainText } from './plain.ts';
import { createTexts } from './texts.ts';
import { createClock, isSameDay } from './time.ts';

test('what is read aloud has no marks in it', () => {
  expect(plainText('Yes — **30 days**, see [orders](https://a.test) and `code`.\n\n1. One\n- *two*\n> three')).toBe(
    'Yes — 30 days, see orders and code. 1. One two three',
  );
  expect(plainText('| a | b |\n|---|---|\n| 1 | 2 |')).toBe('a b 1 2');
  expect(plainText('snake_case and 2 * 3 * 4 stay')).toBe('snake_case and 2 * 3 * 4 stay');
});

test('texts have their places filled, and an unknown key is at least seen', () => {
  const text = createTexts({ typing: '{name} is typing', limit: 'At most {limit}' }, 'en');
  expect(text('typing', { name: '$& Ben' })).toBe('$& Ben is typing');
  expect(text('limit', { limit: 10000 })).toBe('At most 10,000');
  expect(text('typing')).toBe('{name} is typing');
  expect(text('missing')).toBe('missing');
});

test('plurals follow the language, not English', () => {
  const polish = { 'new.one': '{count} nowa', 'new.few': '{count} nowe', 'new.many': '{count} nowych' };
  const text = createTexts(polish, 'pl');
  expect([1, 3, 5].map((count) => text.plural('new', count))).toEqual(['1 nowa', '3 nowe', '5 nowych']);
});

test('days are said as people say them', () => {
  const now = new Date(2026, 2, 10, 9, 0).getTime();
  const clock = createClock('en', () => now);
  expect(clock.day(new Date(2026, 2, 10, 0, 1).getTime())).toBe('Today');
  expect(clock.day(new Date(2026, 2, 9, 23, 59).getTime())).toBe('Yesterday');
  expect(clock.day(new Date(2026, 2, 2, 12).getTime())).toBe('Monday, March 2');
  expect(clock.day(new Date(2025, 2, 2, 12).getTime())).toBe('March 2, 2025');
  expect(isSameDay(new Date(2026, 2, 9, 23, 59).getTime(), new Date(2026, 2, 10, 0, 1).getTime())).toBe(false);
});
