import { useComputed } from '@preact/signals';

import { announcement } from '../announcer.ts';
import { takePasted, tray } from '../attaching.ts';
import { boot, text } from '../boot.ts';
import type { Chat } from '../chat.ts';
import { Header } from './Header.tsx';
import { missing } from '../lazy.ts';
import { tryNow } from '../persistence.ts';
import type { Visitor } from '../visitor.ts';
import { Banner, Consent, FirstForm, Footer, Thread, Unavailable, Welcome } from './parts.ts';

export function App({ chat, visitor }: { chat: Chat; visitor: Visitor }) {
  const isEmpty = useComputed(() => {
    const { conversationId, entries } = chat.timeline.value;
    return !conversationId && entries.value.length === 0;
  });
  const isUnavailable = chat.phase.value === 'unavailable';
  const isDown = chat.phase.value !== 'asleep' && (chat.link.value === 'offline' || chat.link.value === 'http');
  // A session says what is asked. Who has never been here need not wait for it: the document knows as well.
  const asks = chat.phase.value === 'ready' || visitor.isKnown() ? chat.asks.value : boot.asks;
  const isAsked = visitor.needsConsent.value || (!chat.timeline.value.conversationId && asks.length > 0);
  const isStuck = missing.value > 0;
  return (
    <>
      <Header chat={chat} isEmpty={isEmpty.value && !isUnavailable} />
      <div role="status">
        {!isStuck && (isDown || !isEmpty.value) && <Banner chat={chat} />}
        {(isStuck || (isDown && !Banner.isHere())) && (
          <p class="banner">
            {text('reconnecting')} {isStuck && <button onClick={tryNow}>{text('retry')}</button>}
          </p>
        )}
      </div>
      <main class="main" onPaste={(event) => takePasted(chat, event)}>
        {isUnavailable && <Unavailable />}
        {!isEmpty.value && <Thread chat={chat} />}
        {(isEmpty.value || !Thread.isHere()) && !isUnavailable && !isAsked && <Welcome chat={chat} />}
        {chat.early.value.map(({ client_id, content, error }) => (
          <p key={client_id} class="early" dir="auto">
            {content}
            {error && (
              <button onClick={() => chat.retry(client_id)}>
                {text('not_sent')} {text('retry')}
              </button>
            )}
          </p>
        ))}
        {visitor.needsConsent.value ? (
          <Consent visitor={visitor} />
        ) : (
          isAsked && !isUnavailable && chat.phase.value !== 'asleep' && <FirstForm chat={chat} asks={asks} />
        )}
        {isAsked && tray.value?.view(true)}
      </main>
      {!isUnavailable && !isAsked && <Footer chat={chat} />}
      <div class="hidden" role="status" aria-live="polite" aria-atomic="true">
        {announcement.value}
      </div>
    </>
  );
}
