/** What was said. It stays at its end while content grows, and keeps its place when older messages come in above. */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useComputed, useSignal } from '@preact/signals';

import { useStickToEnd, type Stick } from '../../../shared/stick.ts';
import { group, type Item } from '../../thread/grouping.ts';
import type { Thread } from '../../thread/threads.ts';
import { dayLabel, now } from '../../time.ts';
import { Icon } from '../Icon.tsx';
import { useDesk } from '../context.ts';
import { DraftRow } from './DraftRow.tsx';
import { EntryRow } from './EntryRow.tsx';
import { HistoryEdge } from './HistoryEdge.tsx';
import { TypingRow } from './TypingRow.tsx';

const NEAR_PX = 120;
const TRIES = 6;

export function Log({ id, thread }: { id: string; thread: Thread }) {
  const { timeline } = thread;
  const stick = useStickToEnd();
  const isAway = useSignal(false);
  const seenKey = useRef('');
  const entries = timeline.entries.value;
  const items = useComputed(() => group(timeline.entries.value, thread.readBefore.value)).value;
  const lastKey = entries[entries.length - 1]?.key ?? '';
  const lastStaffKey = entries.findLast((entry) => entry.message.role === 'assistant' && entry.message.kind === 'message')?.key;
  useAim(id, thread, stick);
  useKeepPlace(stick.scroller, entries[0]?.key ?? '');

  // One's own message always brings one down to it.
  const isOwn = entries[entries.length - 1]?.state === 'sending';
  useEffect(() => {
    if (isOwn) stick.toEnd();
  }, [lastKey, isOwn]);

  function onScroll(): void {
    stick.onScroll();
    const element = stick.scroller.current!;
    isAway.value = element.scrollHeight - element.scrollTop - element.clientHeight > NEAR_PX;
    if (!isAway.value) seenKey.current = lastKey;
  }

  const hasNews = isAway.value && seenKey.current !== '' && seenKey.current !== lastKey;
  return (
    <div class="log-frame">
      <div class="log" ref={stick.scroller} role="log" aria-live="off" aria-label="Messages" aria-busy={timeline.drafts.value.length > 0} tabIndex={0} onScroll={onScroll}>
        <div class="log-inner">
          <HistoryEdge thread={thread} scroller={stick.scroller} />
          {items.map((item) => (
            <ItemRow key={item.key} item={item} id={id} thread={thread} showDelivery={item.key === lastStaffKey} />
          ))}
          <DraftRow id={id} thread={thread} />
          <TypingRow id={id} thread={thread} />
        </div>
      </div>
      {isAway.value && (
        <button type="button" class="jump" onClick={stick.toEnd}>
          <Icon name="down" /> {hasNews ? 'New messages' : 'Latest'}
        </button>
      )}
    </div>
  );
}

function ItemRow({ item, id, thread, showDelivery }: { item: Item; id: string; thread: Thread; showDelivery: boolean }) {
  switch (item.kind) {
    case 'day':
      return <Day timestamp={item.timestamp} />;
    case 'new':
      return (
        <p class="divider divider-new">
          <span>New</span>
        </p>
      );
    case 'entry':
      return <EntryRow entry={item.entry} isFirst={item.isFirst} id={id} thread={thread} showDelivery={showDelivery} />;
  }
}

function Day({ timestamp }: { timestamp: string }) {
  void now.value; // "Today" becomes "Yesterday" at midnight.
  return (
    <p class="divider">
      <span>{dayLabel(timestamp)}</span>
    </p>
  );
}

/** Goes to the message that a search has found, and marks it for a moment. */
function useAim(id: string, thread: Thread, stick: Stick): void {
  const { highlights } = useDesk();
  const aim = highlights.aim.value;
  useEffect(() => {
    if (aim?.id !== id) return;
    let isWanted = true;
    void thread.history.reach(aim.seq).then((isThere) => {
      if (!isWanted || !isThere) return;
      requestAnimationFrame(() => show(stick, aim.seq, TRIES));
    });
    return () => void (isWanted = false);
  }, [aim, id]);
}

/** Again and again for half a second: what comes into sight for the first time gets its true height only then. */
function show(stick: Stick, seq: number, tries: number, isMarked = false): void {
  const entry = stick.scroller.current?.querySelector<HTMLElement>(`[data-seq="${seq}"]`);
  if (tries > 0) setTimeout(() => show(stick, seq, tries - 1, isMarked || Boolean(entry)), 80);
  if (!entry) return; // not drawn yet
  stick.letGo();
  entry.scrollIntoView({ block: 'center' });
  if (isMarked) return;
  entry.classList.add('entry-found');
  setTimeout(() => entry.classList.remove('entry-found'), 3000);
}

/** Older entries push the rest down; the reader's line must not move. */
function useKeepPlace(scroller: { current: HTMLDivElement | null }, firstKey: string): void {
  const before = useRef({ firstKey, height: 0, top: 0 });
  const element = scroller.current;
  // Read while rendering, that is before the new rows are in the document.
  const last = element ? { height: element.scrollHeight, top: element.scrollTop } : { height: 0, top: 0 };
  useLayoutEffect(() => {
    const now = scroller.current;
    const isPrepended = before.current.firstKey !== '' && before.current.firstKey !== firstKey;
    if (now && isPrepended && last.height) now.scrollTop = last.top + now.scrollHeight - last.height;
    before.current = { firstKey, ...last };
  }, [firstKey]);
}
