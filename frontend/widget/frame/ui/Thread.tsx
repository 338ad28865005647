import { useComputed, useSignalEffect } from '@preact/signals';

import { useStickToEnd } from '../../../shared/stick.ts';
import { boot, text } from '../boot.ts';
import type { Chat } from '../chat.ts';
import { clock } from '../clock.ts';
import { isOpen } from '../link.ts';
import { toRows, type Row } from '../rows.ts';
import { Bubble } from './Bubble.tsx';
import { Drafts, TypingNow } from './Drafts.tsx';
import { Contact, Ending, Latest } from './parts.ts';

export function Thread({ chat }: { chat: Chat }) {
  const { scroller, onScroll, hasMore, toEnd } = useStickToEnd();
  const rows = useComputed(() => toRows(chat.timeline.value.entries.value));
  const own = useComputed(() => chat.timeline.value.entries.value.filter(({ state }) => state !== 'stored').length);

  // Who has just written, or just opened the chat, wants to see the end; while something is unsent, it is not the end.
  useSignalEffect(() => {
    if (own.value || isOpen.value) toEnd();
  });

  const conversation = chat.timeline.value.conversation.value;
  return (
    <div class="thread">
      <div class="scroller" ref={scroller} onScroll={onScroll} tabIndex={0} role="log" aria-live="off" aria-label={text('log')}>
        <div class="thread-body">
          <p class="opening">{boot.assistant ? text('opening_assistant', { name: boot.assistant }) : text('opening_people', { name: boot.name })}</p>
          <ol class="messages">
            {rows.value.map((row) => (
              <RowView key={row.key} chat={chat} row={row} />
            ))}
            <Drafts chat={chat} />
          </ol>
          <TypingNow chat={chat} />
          {conversation?.asks_email && !conversation.agent && <Contact chat={chat} />}
          {conversation?.status === 'resolved' && !own.value && <Ending chat={chat} />}
        </div>
      </div>
      {hasMore.value && <Latest toEnd={toEnd} />}
    </div>
  );
}

function RowView({ chat, row }: { chat: Chat; row: Row }) {
  switch (row.kind) {
    case 'day':
      return (
        <li class="day">
          <span>{clock.day(row.timestamp)}</span>
        </li>
      );
    case 'line':
      return (
        <li class="line" dir="auto">
          {row.entry.message.content}
        </li>
      );
    case 'message':
      return <Bubble chat={chat} entry={row.entry} isFirst={row.isFirst} isLast={row.isLast} />;
  }
}
