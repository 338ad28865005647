/** Whatever the network does to the golden frames, the timeline ends as if each had come once and in order. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { golden, Replay, type Side } from '../../testing/golden.ts';
import type { Message } from '../protocol.d.ts';
import type { Command, Frame } from '../socket.ts';
import { createTimeline, type Timeline } from '../timeline.ts';

const STEP_MS = 100;
const CONVERSATION = golden.visitor[0]!.conversation.id;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A client of the replay: what it asks is handed on, what it is told of as an arrival is remembered. */
function listen(side: Side, onResume: (after: number) => void): { timeline: Timeline; arrived: Message[] } {
  const arrived: Message[] = [];
  const send = (command: Command): boolean => {
    if (command.type === 'resume') onResume(command.after);
    return true;
  };
  const timeline = createTimeline({ conversationId: CONVERSATION, me: side, send, onArrival: (message) => arrived.push(message) });
  return { timeline, arrived };
}

const messages = (timeline: Timeline): Message[] => timeline.entries.value.map(({ message }) => message);

function expectEverything(timeline: Timeline, server: Replay): void {
  expect(messages(timeline)).toEqual(server.entries());
  expect(timeline.cursor).toBe(server.rev);
  expect(timeline.isBehind).toBe(false);
  expect(timeline.drafts.value).toEqual([]);
}

test.each(['visitor', 'staff'] as const)('in order, the frames alone are what a fresh read says (%s)', (side) => {
  const server = new Replay(golden[side]);
  const { timeline } = listen(side, () => expect.unreachable());
  for (const step of server.steps) {
    step.frames.forEach(timeline.apply);
    server.now++;
    expectEverything(timeline, server);
  }
});

test.each(['visitor', 'staff'] as const)(
  'in any order, some twice, some never, with questions and answers lost, it ends the same (%s)',
  (side) => {
    const anyRun = fc.property(fc.gen(), (given) => {
      vi.clearAllTimers();
      const server = new Replay(golden[side].slice(0, 1 + given(fc.nat, golden[side].length - 1)));
      const end = STEP_MS * server.steps.length + 4000;
      let isCalm = false;
      const { timeline, arrived } = listen(side, (after) => {
        if (!isCalm && given(fc.nat, 3) === 0) return; // The question is lost,
        const { answered, told } = given(fc.record, { answered: fc.nat(300), told: fc.nat(300) });
        setTimeout(() => {
          const answer = server.resumed(after, given(fc.integer, { min: 1, max: 5 }));
          if (isCalm || given(fc.nat, 3) > 0) setTimeout(() => timeline.apply(answer), told); // or its answer.
        }, answered);
      });

      const joins = given(fc.nat, server.steps.length);
      server.steps.forEach((step, place) => {
        setTimeout(() => {
          server.now = place + 1;
          if (place === joins) timeline.load({ entries: server.entries(), rev: server.rev, conversation: step.conversation });
          for (const frame of step.frames) {
            for (const delay of given(fc.array, fc.nat(3000), { maxLength: 2 })) setTimeout(() => timeline.apply(frame), delay);
          }
          if (given(fc.nat, 9) === 0) timeline.apply({ type: 'resync' } as Frame);
        }, place * STEP_MS);
      });
      vi.advanceTimersByTime(end);

      isCalm = true;
      timeline.hear(server.rev); // The next heartbeat, or the next look at the list.
      vi.advanceTimersByTime(130_000);
      expectEverything(timeline, server);
      expect(new Set(arrived.map(({ id }) => id)).size).toBe(arrived.length);

      timeline.resume();
      vi.advanceTimersByTime(3000);
      expect(timeline.conversation.value).toEqual(server.last.conversation);

      // What is still on its way somewhere comes at last, and changes nothing.
      const heard = arrived.length;
      given(fc.shuffledSubarray, server.steps.flatMap((step) => step.frames)).forEach(timeline.apply);
      const said = new Set(messages(timeline).map(({ id }) => id));
      expect(timeline.drafts.value.filter(({ messageId }) => said.has(messageId))).toEqual([]);
      vi.advanceTimersByTime(130_000);
      expectEverything(timeline, server);
      expect(timeline.conversation.value).toEqual(server.last.conversation);
      expect(arrived.length).toBe(heard);
      timeline.stop();
    });
    fc.assert(anyRun, { numRuns: 400 });
  },
  30_000,
);

test.each(['visitor', 'staff'] as const)('a resume from any cursor, in pages of any size, equals a fresh read (%s)', (side) => {
  const steps = golden[side];
  const anyCursor = fc.property(fc.nat(steps.length - 1), fc.integer({ min: 1, max: 30 }), (known, size) => {
    const server = new Replay(steps);
    const { timeline } = listen(side, (after) => void Promise.resolve().then(() => timeline.apply(server.resumed(after, size))));
    server.now = known;
    if (known) timeline.load({ entries: server.entries(), rev: server.rev, conversation: server.last.conversation });
    server.now = steps.length;
    let after = -1;
    while (after < timeline.cursor) timeline.apply(server.resumed((after = timeline.cursor), size));
    expectEverything(timeline, server);
    expect(timeline.conversation.value).toEqual(server.last.conversation);
  });
  fc.assert(anyCursor, { numRuns: 200 });
});

test('markers only grow, in whichever order and form they come', () => {
  const reach = fc.record({ delivered: fc.nat(30), read: fc.nat(30) });
  const anyMarkers = fc.property(fc.array(reach, { minLength: 1 }), fc.gen(), (reaches, given) => {
    const { timeline } = listen('visitor', () => undefined);
    for (const { delivered, read } of given(fc.shuffledSubarray, [...reaches, ...reaches], { minLength: reaches.length * 2 })) {
      timeline.apply(
        given(fc.boolean)
          ? { type: 'read', conversation_id: CONVERSATION, reader: 'staff', delivered_rev: delivered, read_rev: read }
          : { type: 'heartbeat', rev: 0, visitor_read_rev: 0, staff_delivered_rev: delivered, staff_read_rev: read },
      );
    }
    const most = (values: number[]): number => Math.max(...values);
    const read = most(reaches.map((one) => one.read));
    expect(timeline.staff.value).toEqual({ read, delivered: most([read, ...reaches.map((one) => one.delivered)]) });
  });
  fc.assert(anyMarkers);
});
