/** What the customer's page may ask for, through `window.ChatPlatform`. Fetched with the first call. */
import { effect } from '@preact/signals';

import type { Chat } from './chat.ts';
import { composerText } from './composer_text.ts';
import { createFacts } from './facts.ts';
import { type Answers, wantFocus } from './link.ts';
import { cleaned } from '../../shared/message_text.ts';
import type { Identity, Visitor } from './visitor.ts';

type Facts = Record<string, unknown>;

export function createCalls(visitor: Visitor, chat: Chat): Answers {
  const facts = createFacts(chat.api, () => chat.timeline.peek().conversationId);
  effect(() => {
    if (chat.timeline.value.conversationId) void facts.tell().catch(() => undefined);
  });

  return {
    async identify(userId, proof) {
      const known = visitor.identify({ ...(proof as Omit<Identity, 'user_id'>), user_id: String(userId) });
      void chat.restart({ keepUnsent: true });
      await known;
    },
    setCustomAttributes: (facts) => visitor.addAttributes(facts as Facts),
    setConversationCustomAttributes: (given) => facts.add(given as Facts),
    async consent(given) {
      if (given === true) return visitor.consent(true);
      await visitor.withdraw();
      composerText.value = '';
      void chat.restart({ keepUnsent: false }); // which waits until they agree again
    },
    prefill(content) {
      composerText.value = String(content);
      wantFocus();
    },
    sendMessage(content) {
      const message = cleaned(String(content));
      if (message) chat.say(message);
    },
    requestHuman: () => chat.askForPerson(),
    reset() {
      visitor.forget();
      composerText.value = '';
      return chat.restart({ keepUnsent: false });
    },
  };
}
