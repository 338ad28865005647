/** Keeps a scroller at its end while content grows, until the reader scrolls up. The scroller needs `overflow-anchor: none`. */
import { useEffect, useRef } from 'preact/hooks';
import { useSignal, type Signal } from '@preact/signals';

export interface Stick {
  scroller: { current: HTMLDivElement | null };
  onScroll: () => void;
  /** Something new lies below what the reader sees. */
  hasMore: Signal<boolean>;
  toEnd: () => void;
  /** The reader is taken elsewhere: growing content no longer brings them to the end. */
  letGo: () => void;
}

const NEAR_PX = 48;

export function useStickToEnd(): Stick {
  const scroller = useRef<HTMLDivElement | null>(null);
  const sticks = useRef(true);
  const lastTop = useRef(0);
  const lastHeight = useRef(0);
  const seenHeight = useRef(0);
  const hasMore = useSignal(false);

  function toEnd(): void {
    const element = scroller.current;
    if (!element) return;
    sticks.current = true;
    hasMore.value = false;
    element.scrollTop = element.scrollHeight;
  }

  function grown(): void {
    const element = scroller.current;
    if (!element) return;
    if (sticks.current) toEnd();
    else if (element.scrollHeight > lastHeight.current) hasMore.value = true;
    lastHeight.current = seenHeight.current = element.scrollHeight;
  }

  /**
   * Only an upward move lets go: growing content fires scroll events too, and must not. Where the scroller has grown, the
   * browser itself moves it up; the event may come when there is more in it already.
   */
  function onScroll(): void {
    const element = scroller.current;
    if (!element) return;
    if (element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX) {
      sticks.current = true;
      hasMore.value = false;
    } else if (element.scrollTop < lastTop.current - 2 && element.scrollHeight === seenHeight.current) {
      sticks.current = false;
    }
    lastTop.current = element.scrollTop;
    seenHeight.current = element.scrollHeight;
  }

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(grown);
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);

  return { scroller, onScroll, hasMore, toEnd, letGo: () => void (sticks.current = false) };
}
