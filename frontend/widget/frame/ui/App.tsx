import { useComputed } from '@preact/signals';

import { announcement } from '../announcer.ts';
import type { Chat } from '../chat.ts';
import { Banner } from './Banner.tsx';
import { Footer } from './Footer.tsx';
import { Header } from './Header.tsx';
import { Thread } from './Thread.tsx';
import { Unavailable } from './Unavailable.tsx';
import { Welcome } from './Welcome.tsx';

export function App({ chat }: { chat: Chat }) {
  const isEmpty = useComputed(() => {
    const { conversationId, entries } = chat.timeline.value;
    return !conversationId && entries.value.length === 0;
  });
  const isUnavailable = chat.phase.value === 'unavailable';
  return (
    <>
      <Header chat={chat} isEmpty={isEmpty.value && !isUnavailable} />
      <Banner chat={chat} />
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
