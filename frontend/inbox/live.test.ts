/** A conversation that was erased leaves the list, and what was told of it before does not bring it back. */
import { expect, test, vi } from 'vitest';

import type { Frame } from '../shared/socket.ts';
import { id, known, state } from './fixtures.ts';
import { createLive, type LiveOptions } from './live.ts';

test('an erased conversation is dropped for good, and no other one', () => {
  const conversations = known(state(1), state(2));
  const deaf = { take: vi.fn(), hear: vi.fn(), clear: vi.fn(), apply: vi.fn(), message: vi.fn(), update: vi.fn() };
  const others = { typing: deaf, presence: deaf, threads: deaf, thumbs: deaf, alerts: deaf, toasts: deaf, pages: deaf };
  const hear = createLive({ ...others, conversations, onRemoved: conversations.drop } as unknown as LiveOptions);
  hear({ type: 'conversation_removed', website_id: 1, conversation_id: id(1) });
  expect(conversations.get(id(1))).toBeNull();
  const late = { type: 'conversation_updated', conversation_id: id(1), conversation: state(1, { rev: 99 }) };
  hear(late as unknown as Frame);
  expect(conversations.get(id(1))).toBeNull();
  expect(conversations.get(id(2))).not.toBeNull();
});
