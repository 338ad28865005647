/** The upper end of what is loaded: fetches more before the reader gets there, and says when there is no more. */
import { useEffect, useRef } from 'preact/hooks';

import type { Thread } from '../../thread/threads.ts';

export function HistoryEdge({ thread, scroller }: { thread: Thread; scroller: { current: HTMLElement | null } }) {
  const { history, timeline } = thread;
  const edge = useRef<HTMLDivElement>(null);
  const canLoad = timeline.loaded.value && !history.atStart.value && !history.loading.value && !history.problem.value;

  useEffect(() => {
    if (!canLoad || !edge.current) return;
    const onSight = (sights: IntersectionObserverEntry[]): void => {
      if (sights.some((sight) => sight.isIntersecting)) void history.older();
    };
    const observer = new IntersectionObserver(onSight, { root: scroller.current, rootMargin: '400px 0px 0px' });
    observer.observe(edge.current);
    return () => observer.disconnect();
  }, [canLoad, timeline.entries.value.length]);

  return (
    <div class="history-edge" ref={edge}>
      {history.problem.value === 'unreachable' ? <Unreachable thread={thread} /> : <Progress thread={thread} />}
    </div>
  );
}

function Progress({ thread }: { thread: Thread }) {
  const { history, timeline } = thread;
  if (history.loading.value) return timeline.loaded.value ? <p class="quiet">Loading earlier messages…</p> : <LoadingEntries />;
  if (history.atStart.value) return <p class="quiet">Start of the conversation</p>;
  return (
    <button type="button" class="button-text" onClick={() => void history.older()}>
      Show earlier messages
    </button>
  );
}

function Unreachable({ thread }: { thread: Thread }) {
  return (
    <p class="quiet" role="alert">
      The messages could not be loaded.{' '}
      <button type="button" class="button-text" onClick={() => void thread.history.again()}>
        Try again
      </button>
    </p>
  );
}

function LoadingEntries() {
  return (
    <div class="skeletons" role="status">
      <span class="sr-only">Loading messages</span>
      {[0, 1, 2].map((row) => (
        <div class="skeleton" key={row} aria-hidden="true">
          <i class="skeleton-face" />
          <span>
            <i />
            <i />
          </span>
        </div>
      ))}
    </div>
  );
}
