import { expect, test } from 'vitest';

import { piecesOf } from './highlights.ts';

test.each([
  ['Where is my parcel?', 'parc', ['Where is my ', 'parcel', '?']],
  ['PARCEL and parcels', 'parcel', ['', 'PARCEL', ' and ', 'parcels', '']],
  ['Übergröße', 'über', ['', 'Übergröße', '']],
  ['unparcelled', 'parcel', ['unparcelled']],
  ['a.b', '.', ['a.b']],
  ['c++ (x)', 'c++ (x', ['', 'c', '++ (', 'x', ')']],
  ['nothing', '', ['nothing']],
])('%s, looked for %s', (text, search, pieces) => {
  expect(piecesOf(text, search)).toEqual(pieces);
});
