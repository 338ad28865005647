import { useComputed } from '@preact/signals';

import { announcement } from '../announcer.ts';
import type { Chat } from '../chat.ts';
import { Footer } from './Footer.tsx';
import { Header } from './Header.tsx';
import { Banner, Thread, Unavailable } from './parts.ts';
import { Welcome } from './Welcome.tsx';

export function App({ chat }: { chat: Chat }) {
  const isEmpty = useComputed(() => {
    const { conversationId, entries } = chat.timeline.value;
    return !conversationId && entries.value.length === 0;
  });
  const isUnavailable = chat.phase.value === 'unavailable';
  const isDown = chat.phase.value !== 'asleep' && (chat.link.value === 'offline' || chat.link.value === 'http');
  return (
    <>
      <Header chat={chat} isEmpty={isEmpty.value && !isUnavailable} />
      <div role="status">{(isDown || !isEmpty.value) && <Banner chat={chat} />}</div>
      <main class="main">
        {isUnavailable && <Unavailable />}
        {isEmpty.value ? !isUnavailable && <Welcome chat={chat} /> : <Thread chat={chat} />}
      </main>
      {!isUnavailable && <Footer chat={chat} />}
      <div class="hidden" role="status" aria-live="polite" aria-atomic="true">
        {announcement.value}
      </div>
    </>
  );
}
