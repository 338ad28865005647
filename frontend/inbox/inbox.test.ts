import { describe, expect, test } from 'vitest';

import { capsOf, keyCaps, type Command } from './commands.ts';
import { at, NOON } from './fixtures.ts';
import { createPresence } from './presence.ts';
import { idIn } from './route.ts';
import { ago, clock, lately } from './time.ts';
import { hueOf, initials } from './ui/Avatar.tsx';
import { withLinks } from './ui/thread/Body.tsx';
import { browserOf } from './user_agent.ts';

describe('the address', () => {
  const one = '01234567-89ab-4def-8123-456789abcdef';

  test.each([
    [`/live-chat/${one}/`, one],
    [`/live-chat/${one}`, one],
    [`/live-chat/${one.toUpperCase()}/`, one],
    ['/live-chat/', null],
    ['/live-chat/nonsense/', null],
  ])('%s', (path, expected) => expect(idIn(path)).toBe(expected));
});

describe('times', () => {
  test.each([
    [0, 'now'],
    [-0.5, 'now'],
    [5, 'now'],
    [-3, '3m'],
    [-60 * 3, '3h'],
    [-60 * 24 * 40, /^(20 Jan|Jan 20)$/],
    [-60 * 24 * 400, /2025/],
  ])('%i minutes from now', (minutes, expected) => expect(ago(at(minutes), NOON)).toMatch(expected));

  test.each([[''], [null], [undefined], ['yesterday']])('%j is no time and no text', (odd) => {
    expect([ago(odd, NOON), clock(odd), lately(odd, NOON)]).toEqual(['', '', '']);
  });
});

describe('keys', () => {
  test('are written as they stand on the keyboard', () => {
    expect(keyCaps('g i')).toEqual(['G', 'I']);
    expect(keyCaps('[Shift]+?')).toEqual(['?']);
    expect(keyCaps('$mod+Enter')).toEqual(['Ctrl', '↵']);
  });

  test('a command without keys has none to show', () => {
    const commands: Command[] = [{ id: 'a', section: 'Writing', label: 'A', keys: ['a', 'b'], run: () => undefined }];
    expect(capsOf(commands, 'a')).toEqual(['A']);
    expect(capsOf(commands, 'unknown')).toEqual([]);
  });
});

describe('colleagues', () => {
  const BEN = { id: 2, name: 'Ben', avatar_url: null, viewing: ['a'], typing: [] };
  const CLEO = { id: 3, name: 'Cleo', avatar_url: null, viewing: ['a'], typing: ['a'] };
  const ADA = { id: 1, name: 'Ada', avatar_url: null, viewing: ['a'], typing: ['a'] };

  test('who replies comes first, oneself never', () => {
    const presence = createPresence(1);
    presence.take({ type: 'presence', website_id: 1, staff: [ADA, BEN, CLEO] });
    expect(presence.around('a')).toEqual([
      { id: 3, name: 'Cleo', avatar_url: null, isReplying: true },
      { id: 2, name: 'Ben', avatar_url: null, isReplying: false },
    ]);
  });

  test('who left is gone with the next frame', () => {
    const presence = createPresence(1);
    presence.take({ type: 'presence', website_id: 1, staff: [BEN] });
    presence.take({ type: 'presence', website_id: 1, staff: [] });
    expect(presence.around('a')).toEqual([]);
  });

  test('a frame without the lists we expect breaks nothing', () => {
    const presence = createPresence(1);
    presence.take({ type: 'presence', website_id: 1, staff: [{ id: 2, name: 'Ben' } as never] });
    presence.take({ type: 'presence', website_id: 2, staff: null as never });
    expect(presence.around('a')).toEqual([]);
  });
});

test.each([
  ['Vera Okafor', 'VO'],
  ['vera', 'V'],
  ['Ana María de la Cruz', 'AC'],
  ['👩‍🚀 Astro', 'A'],
  ['!!!', '?'],
  ['', '?'],
])('initials of %j', (name, expected) => expect(initials(name)).toBe(expected));

test('a colour belongs to a person and is a colour', () => {
  expect(hueOf('a')).toBe(hueOf('a'));
  for (const seed of ['', 'x', 'ÄÖÜ', '👋'.repeat(50)]) expect(hueOf(seed)).toSatisfy((hue: number) => hue >= 0 && hue < 360);
});

test('addresses in a visitor\'s text become links, and nothing else does', () => {
  const parts = withLinks('see https://acme.test/a?b=1. javascript:alert(1) <b>') as unknown[];
  const links = parts.filter((part) => typeof part !== 'string') as { props: { href: string } }[];
  expect(links.map((link) => link.props.href)).toEqual(['https://acme.test/a?b=1']);
  expect(parts.filter((part) => typeof part === 'string').join('|')).toBe('see |. javascript:alert(1) <b>');
});

test.each([
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0', 'Edge 156 · Windows'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1', 'Safari 18 · iOS'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0', 'Firefox 153 · Linux'],
  ['curl/8.0', ''],
  ['', ''],
])('the browser that says %s', (userAgent, expected) => expect(browserOf(userAgent)).toBe(expected));
