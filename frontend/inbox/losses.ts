/** What somebody could see a moment ago and cannot any more: said, with what they had begun to write about it. */
import { signal, type ReadonlySignal } from '@preact/signals';

import { createStore, type Store } from '../shared/storage.ts';
import type { Unsent, UnsentMessages } from '../shared/unsent.ts';
import type { Conversations } from './list/conversations.ts';
import { visitorName } from './list/reading.ts';
import type { Compositions } from './thread/composing.ts';

/** Words that would be lost otherwise, and for whom they were. */
export interface Begun {
  readonly name: string;
  readonly text: string;
}

export interface Loss {
  readonly id: number;
  /** What is gone: a conversation, for anybody; or websites, for this person. */
  readonly what: 'conversation' | 'websites';
  readonly names: readonly string[];
  readonly begun: readonly Begun[];
}

export interface Losses {
  readonly list: ReadonlySignal<readonly Loss[]>;
  /** No website is left: there is nothing to show but this. */
  readonly last: ReadonlySignal<Loss | null>;
  /** Reply and note that were begun, and what waits to be sent. */
  begunIn(conversationId: string): readonly Begun[];
  /** It was erased: this page says so, and nothing else keeps what was begun for them. */
  conversation(id: string): void;
  /** The page is loaded anew after this, and says it then. */
  websites(lost: readonly { id: number; name: string }[]): void;
  everything(names: readonly string[]): void;
  close(id: number): void;
}

interface Options {
  conversations: Conversations;
  compositions: Compositions;
  unsent: UnsentMessages;
  /** Lives as long as the tab. */
  store?: Store;
}

const KEPT = 'inbox:lost';

export function createLosses(options: Options): Losses {
  const { conversations, compositions, unsent, store = createStore(() => sessionStorage) } = options;
  const list = signal<readonly Loss[]>(store.read<Loss[]>(KEPT) ?? []);
  const last = signal<Loss | null>(null);
  let made = list.peek().length;

  function begunIn(conversationId: string, messages: readonly Unsent[] = unsent.all()): Begun[] {
    const { reply, note } = compositions.of(conversationId).peek();
    const waiting = messages.filter((message) => message.conversation_id === conversationId).map(({ content }) => content);
    const name = visitorName(conversations.get(conversationId));
    return [...waiting, reply, note].filter((text) => text.trim()).map((text) => ({ name, text }));
  }

  function begunOn(websites: readonly number[]): Begun[] {
    const messages = unsent.all();
    const theirs = conversations.ids.peek().filter((id) => websites.includes(conversations.get(id)?.website_id ?? -1));
    return theirs.flatMap((id) => begunIn(id, messages));
  }

  function add(what: Loss['what'], names: readonly string[], begun: readonly Begun[]): Loss {
    const loss = { id: ++made, what, names, begun };
    list.value = [...list.peek(), loss];
    return loss;
  }

  return {
    list,
    last,
    begunIn: (id) => begunIn(id),
    conversation: (id) => void add('conversation', [visitorName(conversations.get(id))], begunIn(id)),
    websites(lost) {
      add('websites', lost.map(({ name }) => name), begunOn(lost.map(({ id }) => id)));
      keep();
    },
    everything(names) {
      if (last.peek()) return;
      const ids = [...conversations.ids.peek()];
      const all = [...new Set(ids.flatMap((id) => conversations.get(id)?.website_id ?? []))];
      last.value = { id: 0, what: 'websites', names, begun: begunOn(all) };
      for (const id of ids) conversations.drop(id);
    },
    close(id) {
      list.value = list.peek().filter((loss) => loss.id !== id);
      keep();
    },
  };

  /** Of a conversation that was erased nothing is written down. */
  function keep(): void {
    const lasting = list.peek().filter(({ what }) => what === 'websites');
    if (lasting.length) store.write(KEPT, lasting);
    else store.remove(KEPT);
  }
}
