/** Vera's timeline for a test: `it.timeline`, what it `sent`, what it told of as `arrived`, and a wire that can be cut. */
import { afterEach, beforeEach, vi } from 'vitest';

import type { Command, Frame } from '../shared/socket.ts';
import { createTimeline, type Timeline } from '../shared/timeline.ts';
import { CONVERSATION, state } from './frames.ts';

export interface Watched {
  timeline: Timeline;
  online: boolean;
  sent: Command[];
  arrived: string[];
}

export function watchedTimeline(): Watched {
  const it = {} as Watched;
  beforeEach(() => {
    vi.useFakeTimers();
    Object.assign(it, { online: true, sent: [], arrived: [] });
    it.timeline = createTimeline({
      conversationId: CONVERSATION,
      me: 'visitor',
      send: (command) => it.online && Boolean(it.sent.push(command)),
      onArrival: ({ content }) => it.arrived.push(content),
    });
  });
  afterEach(() => {
    it.timeline.stop();
    vi.useRealTimers();
  });
  return it;
}

export const contents = ({ timeline }: Watched): string[] => timeline.entries.value.map((entry) => entry.message.content);

export const resumes = ({ sent }: Watched): number[] =>
  sent.flatMap((command) => (command.type === 'resume' ? [command.after] : []));

export const connected = (rev: number): Frame => ({
  type: 'connected',
  connection_id: 'c',
  protocol: 1,
  heartbeat_seconds: 20,
  conversation: state(rev),
  rev,
});
