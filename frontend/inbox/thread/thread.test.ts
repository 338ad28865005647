import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import type { Message } from '../../shared/protocol.d.ts';
import type { Entry } from '../../shared/timeline.ts';
import { BEN, Shelf, at, id, message } from '../fixtures.ts';
import { createStore } from '../../shared/storage.ts';
import { createLastingStore } from '../storage.ts';
import { createCompositions } from './composing.ts';
import { group } from './grouping.ts';
import { createTypingOut } from './typing_out.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const HERE = id(1);

describe('what is begun', () => {
  test('survives a reload, reply and note apart', () => {
    const shelf = new Shelf();
    const before = createCompositions(createStore(() => shelf), 1);
    before.write(HERE, { reply: 'Dear Vera', note: 'ask Ben', mode: 'note' });
    vi.advanceTimersByTime(300);
    const after = createCompositions(createStore(() => shelf), 1);
    expect(after.of(HERE).value).toEqual({ mode: 'note', reply: 'Dear Vera', note: 'ask Ben' });
    expect(after.hasDraft(HERE)).toBe(true);
  });

  test('belongs to the person who began it', () => {
    const shelf = new Shelf();
    createCompositions(createStore(() => shelf), 1).write(HERE, { reply: 'mine' });
    vi.advanceTimersByTime(300);
    expect(createCompositions(createStore(() => shelf), 2).of(HERE).value.reply).toBe('');
  });

  test('is forgotten when it is emptied', () => {
    const shelf = new Shelf();
    const compositions = createCompositions(createStore(() => shelf), 1);
    compositions.write(HERE, { reply: 'Dear' });
    vi.advanceTimersByTime(300);
    compositions.write(HERE, { reply: '' });
    vi.advanceTimersByTime(300);
    expect(compositions.hasDraft(HERE)).toBe(false);
    expect(Object.keys(shelf).filter((key) => key.startsWith('inbox:'))).toEqual([]);
  });

  test('lasts as long as the page where storage is forbidden', () => {
    const forbidden = createLastingStore(
      createStore(() => {
        throw new DOMException('no', 'SecurityError');
      }),
    );
    const compositions = createCompositions(forbidden, 1);
    compositions.write(HERE, { reply: 'Dear Vera' });
    vi.advanceTimersByTime(300);
    expect(compositions.hasDraft(HERE)).toBe(true);
    expect(createCompositions(forbidden, 1).of(HERE).value.reply).toBe('Dear Vera');
  });
});

describe('typing', () => {
  function typing() {
    const sent: boolean[] = [];
    const out = createTypingOut((command) => command.type === 'typing' && sent.push(command.is_typing) > 0, HERE);
    return { out, sent };
  }

  test('is told at most every three seconds', () => {
    const { out, sent } = typing();
    for (let key = 0; key < 40; key++) {
      out.typed();
      vi.advanceTimersByTime(100);
    }
    expect(sent).toEqual([true, true]);
  });

  test('ends by itself when nobody types any more', () => {
    const { out, sent } = typing();
    out.typed();
    vi.advanceTimersByTime(10_000);
    expect(sent).toEqual([true, false]);
  });

  test('that never began needs no end', () => {
    const { out, sent } = typing();
    out.stopped();
    expect(sent).toEqual([]);
  });
});

describe('how entries stand under each other', () => {
  const entry = (one: Message): Entry => ({ key: one.id, message: one, state: 'stored', error: null });
  const shape = (messages: Message[], readBefore: number | null = null): string[] =>
    group(messages.map(entry), readBefore).map((item) => (item.kind === 'entry' ? (item.isFirst ? 'first' : 'next') : item.kind));

  test('one name over what one person says in a row', () => {
    expect(shape([message(1, 1), message(1, 2)])).toEqual(['day', 'first', 'next']);
  });

  test('a pause begins anew', () => {
    expect(shape([message(1, 1), message(1, 2, { timestamp: at(300) })])).toEqual(['day', 'first', 'first']);
  });

  test('the AI and a person are two speakers, and so are two persons', () => {
    const ai = message(1, 1, { role: 'assistant' });
    const ben = message(1, 2, { role: 'assistant', is_manual: true, author: BEN });
    const cleo = message(1, 3, { role: 'assistant', is_manual: true, author: { ...BEN, id: 3 } });
    expect(shape([ai, ben, cleo])).toEqual(['day', 'first', 'first', 'first']);
  });

  test('a note never hangs under a reply', () => {
    const reply = message(1, 1, { role: 'assistant', is_manual: true, author: BEN });
    expect(shape([reply, { ...reply, id: id(5), kind: 'note' }])).toEqual(['day', 'first', 'first']);
  });

  test('"New" stands where reading stopped, once', () => {
    expect(shape([message(1, 1), message(1, 2), message(1, 3)], 1)).toEqual(['day', 'first', 'new', 'first', 'next']);
  });

  test('nothing is new where nobody had read anything', () => {
    expect(shape([message(1, 1, { role: 'assistant' }), message(1, 2)], 0)).toEqual(['day', 'first', 'first']);
  });

  test('a message without a time is shown', () => {
    expect(shape([message(1, 1, { timestamp: '' }), message(1, 2, { timestamp: null as never })])).toEqual(['first', 'next']);
  });
});
