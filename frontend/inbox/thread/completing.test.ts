import { expect, test } from 'vitest';

import { fillIn, granted, matching, wishAt } from './completing.ts';

test.each([
  ['/', 1, false, { kind: 'canned', text: '', start: 0 }],
  ['/thx', 4, false, { kind: 'canned', text: 'thx', start: 0 }],
  ['Hello\n/thx', 10, true, { kind: 'canned', text: 'thx', start: 6 }],
  ['and/or', 6, false, null],
  ['1 /2', 4, false, null],
  ['/thx and', 8, false, null],
  ['@', 1, true, { kind: 'mention', text: '', start: 0 }],
  ['ask @Cle', 8, true, { kind: 'mention', text: 'Cle', start: 4 }],
  ['ask @Cleo Be', 12, true, { kind: 'mention', text: 'Cleo Be', start: 4 }],
  ['ask @Cle', 8, false, null],
  ['vera@acme', 9, true, null],
])('what is wished for in %j at %i', (text, caret, isNote, wish) => {
  expect(wishAt(text, caret, isNote)).toEqual(wish);
});

test('what is chosen takes the place of the sign and what was written after it', () => {
  const wish = wishAt('ask @Cle now', 8, true)!;
  expect(granted('ask @Cle now', 8, wish, '@Cleo ')).toEqual({ text: 'ask @Cleo  now', caret: 10 });
});

const TALKERS = { visitor: { name: 'Vera Vermeer', email: '' }, agent: 'Ben', website: 'Acme', conversationId: 'c1' };

test.each([
  ['Hello {{visitor.first_name}}, {{ agent.name }} of {{website.name}}', 'Hello Vera, Ben of Acme'],
  ['{{visitor.email|no address}} {{visitor.email}}.', 'no address .'],
  ['{{visitor.shoe_size}} {x} {{}}', '{{visitor.shoe_size}} {x} {{}}'],
])('variables of %s', (content, filled) => {
  expect(fillIn(content, TALKERS)).toBe(filled);
});

test('a visitor without a name has none to fill in', () => {
  const nobody = { ...TALKERS, visitor: { name: '', email: '' } };
  expect(fillIn('Hi {{visitor.first_name|there}}!', nobody)).toBe('Hi there!');
});

test('names that begin so come first, and odd letters mean nothing', () => {
  expect(matching(['Ben', 'Al Berg', 'Bea', 'Abe'], 'be', (name) => name)).toEqual(['Ben', 'Bea', 'Al Berg']);
  expect(matching(['a(b'], '(', (name) => name)).toEqual([]);
});
