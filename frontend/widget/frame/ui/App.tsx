import { useComputed } from '@preact/signals';

import { announcement } from '../announcer.ts';
import { boot, text } from '../boot.ts';
import type { Chat } from '../chat.ts';
import { Header } from './Header.tsx';
import type { Visitor } from '../visitor.ts';
import { Banner, Consent, FirstForm, Footer, Thread, Unavailable, Welcome } from './parts.ts';

export function App({ chat, visitor }: { chat: Chat; visitor: Visitor }) {
  const isEmpty = useComputed(() => {
    const { conversationId, entries } = chat.timeline.value;
    return !conversationId && entries.value.length === 0;
  });
  const isUnavailable = chat.phase.value === 'unavailable';
  const isDown = chat.phase.value !== 'asleep' && (chat.link.value === 'offline' || chat.link.value === 'http');
  // Who has never been here will be asked: no composer that goes away again, unless it is all there is for now.
  const willBeAsked = boot.asks && !visitor.isKnown() && chat.phase.value !== 'ready' && !isDown;
  const isAsked = visitor.needsConsent.value || (isEmpty.value && willBeAsked) || (!chat.timeline.value.conversationId && chat.asks.value.length > 0);
  if (isAsked && willBeAsked) FirstForm.fetch();
  return (
    <>
      <Header chat={chat} isEmpty={isEmpty.value && !isUnavailable} />
      <div role="status">
        {(isDown || !isEmpty.value) && <Banner chat={chat} />}
        {isDown && !Banner.isHere() && <p class="banner">{text('reconnecting')}</p>}
      </div>
      <main class="main">
        {isUnavailable && <Unavailable />}
        {!isEmpty.value && <Thread chat={chat} />}
        {(isEmpty.value || !Thread.isHere()) && !isUnavailable && !isAsked && <Welcome chat={chat} />}
        {chat.early.value.map(({ client_id, content }) => (
          <p key={client_id} class="early" dir="auto">
            {content}
          </p>
        ))}
        {visitor.needsConsent.value ? <Consent visitor={visitor} /> : isAsked && !willBeAsked && <FirstForm chat={chat} />}
      </main>
      {!isUnavailable && !isAsked && <Footer chat={chat} />}
      <div class="hidden" role="status" aria-live="polite" aria-atomic="true">
        {announcement.value}
      </div>
    </>
  );
}
