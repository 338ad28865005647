import { expect, test } from 'vitest';

import { cleaned, lengthOf } from './message_text.ts';

test('what the server could not store is left out before it is sent', () => {
  expect(cleaned('  a\0b \ud83d c 👋 \udc4b ')).toBe('ab \ufffd c 👋 \ufffd');
  expect(cleaned(' \n\0 ')).toBe('');
});

test('what nobody could see is nothing, but within a text it stays', () => {
  expect(cleaned('\u200b\ufeff \u2060\u202e')).toBe('');
  expect(cleaned('in\u200bvisible \u{1f469}\u200d\u{1f466}')).toBe('in\u200bvisible \u{1f469}\u200d\u{1f466}');
});

test('length is counted in characters as the server counts them', () => {
  expect(lengthOf('👋'.repeat(6000))).toBe(6000);
  expect(lengthOf('a'.repeat(10_001))).toBe(10_001);
});
