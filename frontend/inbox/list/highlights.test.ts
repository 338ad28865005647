import { expect, test } from 'vitest';

import { inSight, piecesOf } from './highlights.ts';

test.each([
  ['Where is my parcel?', 'parc', ['Where is my ', 'parcel', '?']],
  ['PARCEL and parcels', 'parcel', ['', 'PARCEL', ' and ', 'parcels', '']],
  ['Übergröße', 'über', ['', 'Übergröße', '']],
  ['unparcelled', 'parcel', ['unparcelled']],
  ['a.b', '.', ['a.b']],
  ['c++ (x)', 'c++ (x', ['', 'c', '++ (', 'x', ')']],
  ['nothing', '', ['nothing']],
  ['我的包裹RX77在', '包裹 rx', ['我的', '包裹', '', 'RX77', '在']],
  ['ランタンは', 'タン', ['ラン', 'タン', 'は']],
])('%s, looked for %s', (text, search, pieces) => {
  expect(piecesOf(text, search)).toEqual(pieces);
});

test('what was found stands near the beginning of its row', () => {
  expect(inSight('… question, but this is what I found: an order of boots', 'order')).toBe('… found: an order of boots');
  expect(inSight('My order is late', 'order')).toBe('My order is late');
  expect(inSight('Nothing of the kind is said in here', 'order')).toBe('Nothing of the kind is said in here');
});
