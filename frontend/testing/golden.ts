/** One conversation as the real server told it to both sides (tests/conversations/test_golden_frames.py), and a server that replays it. */
import type { Message, StaffConversation, VisitorConversation } from '../shared/protocol.d.ts';
import type { Frame } from '../shared/socket.ts';
import recorded from './golden/frames.json' with { type: 'json' };

export type Side = 'visitor' | 'staff';

/** Something happened: what was told of it, and where the conversation stood then. */
export interface Step {
  rev: number;
  conversation: VisitorConversation | StaffConversation;
  frames: Frame[];
}

export const golden = recorded as unknown as Record<Side, Step[]>;

/** Everything has happened up to the step `now`; whoever resumes is answered from there. */
export class Replay {
  now = 0;

  constructor(readonly steps: readonly Step[]) {}

  get last(): Step {
    return this.steps[Math.max(0, this.now - 1)]!;
  }

  get rev(): number {
    return this.now ? this.last.rev : 0;
  }

  /** In the order they are shown. */
  entries(): Message[] {
    const known = new Map<string, Message>();
    for (const frame of this.steps.slice(0, this.now).flatMap((step) => step.frames)) {
      const message = messageOf(frame);
      if (message) known.set(message.id, message);
    }
    return [...known.values()].sort((a, b) => a.seq - b.seq);
  }

  /** A page of at most `size`, cut in `rev` order. */
  resumed(after: number, size: number): Frame {
    const missing = this.entries().filter(({ rev }) => rev > after).sort((a, b) => a.rev - b.rev);
    const { conversation } = this.last;
    const page = { conversation_id: conversation.id, rev: this.rev, conversation, entries: missing.slice(0, size) };
    return { type: 'resumed', ...page, complete: missing.length <= size } as Frame;
  }
}

function messageOf(frame: Frame): Message | null {
  if (frame.type === 'conversation_updated') return frame.activity ?? null;
  return frame.type === 'new_message' || frame.type === 'message_updated' ? frame.message : null;
}
