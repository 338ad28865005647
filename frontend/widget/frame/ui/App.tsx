import { useComputed } from '@preact/signals';

import { announcement } from '../announcer.ts';
import type { Chat } from '../chat.ts';
import { Footer } from './Footer.tsx';
import { Header } from './Header.tsx';
import type { Visitor } from '../visitor.ts';
import { Banner, Consent, FirstForm, Thread, Unavailable } from './parts.ts';
import { Welcome } from './Welcome.tsx';

export function App({ chat, visitor }: { chat: Chat; visitor: Visitor }) {
  const isEmpty = useComputed(() => {
    const { conversationId, entries } = chat.timeline.value;
    return !conversationId && entries.value.length === 0;
  });
  const isUnavailable = chat.phase.value === 'unavailable';
  const isDown = chat.phase.value !== 'asleep' && (chat.link.value === 'offline' || chat.link.value === 'http');
  const isAsked = visitor.needsConsent.value || (isEmpty.value && chat.asks.value.length > 0);
  return (
    <>
      <Header chat={chat} isEmpty={isEmpty.value && !isUnavailable} />
      <div role="status">{(isDown || !isEmpty.value) && <Banner chat={chat} />}</div>
      <main class="main">
        {isUnavailable && <Unavailable />}
        {isEmpty.value ? !isUnavailable && !isAsked && <Welcome chat={chat} /> : <Thread chat={chat} />}
        {visitor.needsConsent.value ? <Consent visitor={visitor} /> : isAsked && <FirstForm chat={chat} />}
      </main>
      {!isUnavailable && !isAsked && <Footer chat={chat} />}
      <div class="hidden" role="status" aria-live="polite" aria-atomic="true">
        {announcement.value}
      </div>
    </>
  );
}
