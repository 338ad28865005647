import { expect, test } from 'vitest';

import { state } from '../fixtures.ts';
import { createLens, NOTHING_ASKED } from './lens.ts';
import { addressFor, askedIn } from './lens_address.ts';

test('everything that is asked survives its address', () => {
  const asked = { key: 'resolved', website: 3, label: 'late & lost', agent: 7, search: 'où est #1?' } as const;
  expect(askedIn(addressFor(asked, ''))).toEqual(asked);
});

test('what everybody sees first has no query, and other parameters stay', () => {
  expect(addressFor(NOTHING_ASKED, '')).toBe('');
  expect(addressFor(NOTHING_ASKED, '?debug=1&view=all')).toBe('?debug=1');
});

test('an address without sense asks nothing', () => {
  expect(askedIn('?view=everything&website=x&agent=-1&label=&q=')).toEqual(NOTHING_ASKED);
  expect(askedIn('?website=1e9&agent=99999999999999999')).toEqual(NOTHING_ASKED);
});

test('a label and a colleague narrow what is asked and what is shown', () => {
  const lens = createLens({ ...NOTHING_ASKED, label: 'vip', agent: 2 });
  expect(lens.query.value).toEqual({ status: 'open', website: null, label: 'vip', assignee: 2 });
  const ben = { id: 2, name: 'Ben', avatar_url: null };
  expect(lens.lets.value(state(1, { labels: ['vip'], assignee: ben }))).toBe(true);
  expect(lens.lets.value(state(1, { labels: ['vip'] }))).toBe(false);
  expect(lens.lets.value(state(1, { assignee: ben }))).toBe(false);
});
