/** The conversation in the middle: who, what was said, and where one answers. */
import { useSignalEffect } from '@preact/signals';

import type { Thread } from '../../thread/threads.ts';
import { useDesk } from '../context.ts';
import { Composer } from './Composer.tsx';
import { Log } from './Log.tsx';
import { NoThread, ThreadProblem } from './NoThread.tsx';
import { Around } from './Around.tsx';
import { ThreadHeader } from './ThreadHeader.tsx';

export function ThreadPane() {
  const { route, thread } = useDesk();
  const id = route.selected.value;
  const open = thread.value;
  return (
    <section class="thread-pane" aria-label="Conversation">
      {id && open ? <Conversation key={id} id={id} thread={open} /> : <NoThread />}
    </section>
  );
}

function Conversation({ id, thread }: { id: string; thread: Thread }) {
  useMarkRead(id, thread);
  const isGone = thread.history.problem.value === 'gone' && !thread.timeline.entries.value.length;
  if (isGone) return <ThreadProblem id={id} />;
  return (
    <>
      <ThreadHeader id={id} />
      <Log id={id} thread={thread} />
      <Around id={id} />
      <Composer id={id} thread={thread} />
    </>
  );
}

/** What stands on a visible screen has been read. */
function useMarkRead(id: string, thread: Thread): void {
  const { isVisible, actions } = useDesk();
  useSignalEffect(() => {
    const { timeline } = thread;
    if (!isVisible.value || !timeline.loaded.value) return;
    const stored = timeline.entries.value.filter((entry) => entry.state === 'stored').map((entry) => entry.message);
    const isUnread = stored.some((message) => message.role === 'user' && message.seq > timeline.staff.value.read);
    if (isUnread) actions.markRead(id, Math.max(...stored.map((message) => message.rev)));
  });
}
