/** The chat inside its own frame: puts visitor, conversation and looks together. */
import { computed, effect } from '@preact/signals';
import { render } from 'preact';

import type { Message } from '../../shared/protocol.d.ts';
import '../../shared/message_text.ts'; // Parts share it: here it takes no file of its own.
import { createStore, type Store } from '../../shared/storage.ts';
import { createUnsent } from '../../shared/unsent.ts';
import { announce } from './announcer.ts';
import { expectDrops } from './attaching.ts';
import { boot, speakerOf, text } from './boot.ts';
import { createChat, fetchConversation } from './chat.ts';
import { composerText, keepComposerText } from './composer_text.ts';
import { once } from './lazy.ts';
import { connect, isOpen, isVisible, tell, tellEvent } from './link.ts';
import { App } from './ui/App.tsx';
import { prepareToTalk } from './ui/parts.ts';
import { createVisitor } from './visitor.ts';
import { fetchWords, words } from './words.ts';

const store = createStore();
const visitor = createVisitor({
  store,
  websiteKey: boot.key,
  asksConsent: !!boot.consent,
  preview: boot.preview,
  locale: boot.language,
  keepHandle: (handle) => tell({ type: 'keep', handle }),
});
/** Before they agree, what the page has written or sent for them is kept by this window alone. */
const withConsent = (kept: Store): Store => ({ ...kept, write: (key, value) => !visitor.needsConsent.value && kept.write(key, value) });
const unsent = createUnsent(withConsent(store), `chatplatform:${boot.key}:unsent:`);
const chat = createChat({ visitor, unsent, available: boot.available, onArrival, onStarted: () => tellEvent('conversation-started') });
const isLooking = computed(() => isOpen.value && isVisible.value);

function onArrival(message: Message): void {
  void fetchWords().then(() => announce(spoken(message)));
  // What was said stays in here: scripts of the page are none of the visitor's confidants.
  if (message.role === 'assistant') tellEvent('message', { id: message.id, is_manual: message.is_manual });
}

function spoken(message: Message): string {
  const content = words.peek()?.plainText(message.content) ?? message.content;
  if (message.role !== 'assistant') return content;
  const name = speakerOf(message);
  return `${message.is_manual ? name : text('said_by_ai', { name })}: ${content}`;
}

function showColours(): void {
  const { style } = document.documentElement;
  style.setProperty('--fill', boot.colours.fill);
  style.setProperty('--on-fill', boot.colours.onFill);
  style.setProperty('--accent-on-light', boot.colours.accentOnLight);
  style.setProperty('--accent-on-dark', boot.colours.accentOnDark);
}

keepComposerText(withConsent(createStore(() => sessionStorage)), `chatplatform:${boot.key}`);

connect({
  answers: once(() => import('./page_calls.ts').then(({ createCalls }) => createCalls(visitor, chat))),
  onPage: (page) => visitor.seenOn(page),
  onGreeting: ({ handle, page }) => visitor.found(handle, page),
  onReady() {
    if (!visitor.isKnown() && !chat.hasUnsent()) return;
    prepareToTalk();
    void chat.begin();
  },
});

effect(() => {
  if (isOpen.value) void chat.begin();
});

effect(() => {
  if (composerText.value) prepareToTalk();
});

let wasWithAi = '';
effect(() => {
  const { id, handled_by } = chat.timeline.value.conversation.value ?? {};
  if (handled_by === 'human' && wasWithAi === id) tellEvent('handoff');
  wasWithAi = handled_by === 'ai' ? id! : '';
});

/** Another tab has logged in, or out. */
addEventListener('storage', ({ key }) => {
  if (key === `chatplatform:${boot.key}` && visitor.followTab()) void chat.restart({ keepUnsent: visitor.isKnown() });
});

const stopWaiting = effect(() => {
  if (chat.timeline.value.conversationId) void fetchConversation().then(watch);
});

function watch({ watchAttention }: Awaited<ReturnType<typeof fetchConversation>>): void {
  stopWaiting();
  watchAttention(chat, isLooking, (count) => tell({ type: 'unread', count, label: text.plural('unread', count) }));
}

addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !event.isComposing && !event.defaultPrevented) tell({ type: 'close' });
});

showColours();
expectDrops(chat);
render(<App chat={chat} visitor={visitor} />, document.getElementById('app')!);
