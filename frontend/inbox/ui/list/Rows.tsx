/** The conversations as rows of one height: only those on screen exist, and they glide to their new places. */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useSignal, useSignalEffect } from '@preact/signals';

import { isNarrow } from '../../selection.ts';
import { useDesk } from '../context.ts';
import { Icon } from '../Icon.tsx';
import { EmptyList } from './EmptyList.tsx';
import { Row } from './Row.tsx';
import { ListError, LoadingRows } from './Waiting.tsx';

const ROW = 68;
const BEYOND = 4;
const CLICK_MS = 100;

export function Rows() {
  const { boot, conversations, shown, lens, pages, route } = useDesk();
  const top = useSignal(0);
  const height = useSignal(800);
  const scroller = useRef<HTMLDivElement>(null);
  const ids = shown.ids.value;
  const progress = pages.of(lens.query.value).value;
  const first = Math.max(0, Math.floor(top.value / ROW) - BEYOND);
  const last = Math.min(ids.length, Math.ceil((top.value + height.value) / ROW) + BEYOND);
  const isNearEnd = last >= ids.length;
  /** Answered, and put in order in a moment: the list is not empty. */
  const isComing = progress.ids.some((id) => {
    const one = conversations.get(id);
    return one !== null && lens.view.value.includes(one, boot.user.id) && lens.lets.value(one);
  });
  // When everything moves at once each place keeps its elements and changes its words, which is much less work than making
  // all rows anew. Not under the keyboard's focus, which stays with its conversation.
  const isRush = conversations.isRush.value;
  const focused = focusedIn(scroller.current);
  const keepsPlaces = isRush && focused === null;
  useLayoutEffect(() => {
    if (focused && focusedIn(scroller.current) === null) scroller.current?.querySelector<HTMLElement>(`a[href="${focused}"]`)?.focus({ preventScroll: true });
  });

  useEffect(() => {
    const element = scroller.current!;
    const observer = new ResizeObserver(() => (height.value = element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    scroller.current!.scrollTop = 0;
  }, [lens.name.value]);
  useEffect(() => {
    if (isNearEnd && !progress.error) void pages.more(lens.query.value);
  }, [isNearEnd, progress, lens.name.value]);
  const lastSelected = useRef('');
  useSignalEffect(() => {
    const selected = route.selected.value;
    if (selected) lastSelected.current = selected;
    else if (lastSelected.current && isNarrow()) requestAnimationFrame(() => document.activeElement === document.body && focusRow(scroller.current));
  });
  useSignalEffect(() => bringIntoView(scroller.current, shown.ids.peek().indexOf(route.selected.value ?? '')));

  /** A finger's click comes after it has left; until then nothing may move under it. */
  const leave = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse') shown.release();
    else setTimeout(shown.release, CLICK_MS);
  };

  const focusable = [route.selected.value ?? '', lastSelected.current].find((id) => ids.includes(id)) ?? ids[first];
  return (
    <div class="rows-frame" onPointerEnter={() => shown.hold()} onPointerLeave={leave}>
      <HeldBack onShow={() => scroller.current?.scrollTo({ top: 0 })} />
      <div
        class="rows-scroller"
        ref={scroller}
        onScroll={(event) => (top.value = event.currentTarget.scrollTop)}
      >
        {ids.length > 0 && (
          <ul role="list" class={isRush ? 'rows rows-rush' : 'rows'} id="conversation-list" style={{ height: `${ids.length * ROW}px` }}>
            {ids.slice(first, last).map((id, place) => (
              <Row key={keepsPlaces ? first + place : id} id={id} place={first + place} of={ids.length} top={(first + place) * ROW} isFocusable={id === focusable} />
            ))}
          </ul>
        )}
        {progress.error && <ListError text={progress.error} />}
        {!progress.error && !progress.complete && <LoadingRows few={ids.length > 0} />}
        {!ids.length && progress.complete && !isComing && <EmptyList />}
      </div>
    </div>
  );
}

/** The address of the conversation that has the focus; null when the focus is elsewhere. */
function focusedIn(scroller: HTMLElement | null): string | null {
  const { activeElement } = document;
  return scroller?.contains(activeElement) ? (activeElement?.getAttribute('href') ?? '') : null;
}

/** What would have moved while the pointer was over the list. */
function HeldBack({ onShow }: { onShow: () => void }) {
  const { shown } = useDesk();
  const count = shown.held.value;
  if (!count) return null;
  const show = (): void => {
    shown.hold();
    onShow();
  };
  return (
    <button type="button" class="held-back" onClick={show}>
      {count} {count === 1 ? 'update' : 'updates'} <Icon name="up" />
    </button>
  );
}

/** Scrolls the selected row into view; when the focus was in the list it goes along. */
function bringIntoView(scroller: HTMLElement | null, place: number): void {
  if (!scroller || place < 0) return;
  const top = place * ROW;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top + ROW > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = top + ROW - scroller.clientHeight;
  if (scroller.contains(document.activeElement)) requestAnimationFrame(() => focusRow(scroller));
}

/** The one row that the Tab key reaches: the selected one, or the one that was. */
function focusRow(scroller: HTMLElement | null): void {
  scroller?.querySelector<HTMLElement>('.row[tabindex="0"]')?.focus({ preventScroll: true });
}
