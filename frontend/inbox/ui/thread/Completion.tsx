/** A list under the caret's word: canned replies, or colleagues. Arrows move in it, Enter and Tab take, Escape closes. */
import type { RefObject } from 'preact';
import { signal, type Signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';

import type { StaffConversation } from '../../../shared/protocol.d.ts';
import { fillIn, granted, matching, wishAt, type Wish } from '../../thread/completing.ts';
import { useDesk, type Desk } from '../context.ts';

const ID = 'completion';
const MOST = 8;

interface Offer {
  readonly key: string;
  readonly title: string;
  readonly detail: string;
  readonly put: string;
}

export interface Completion {
  readonly wish: Signal<Wish | null>;
  readonly chosen: Signal<number>;
  readonly offers: readonly Offer[];
  /** The text or the caret has changed. */
  look(): void;
  close(): void;
  take(place: number): void;
  /** Whether the key was for the list. */
  onKeyDown(event: KeyboardEvent): boolean;
}

export function useCompletion(one: StaffConversation | null, isNote: boolean, field: RefObject<HTMLTextAreaElement | null>, write: (text: string) => void): Completion {
  const desk = useDesk();
  const { wish, chosen } = useMemo(() => ({ wish: signal<Wish | null>(null), chosen: signal(0) }), [one?.id]);
  const offers = wish.value && one ? offersFor(wish.value, one, desk).slice(0, MOST) : [];

  function look(): void {
    const element = field.current;
    if (!element) return;
    const found = element.selectionStart === element.selectionEnd ? wishAt(element.value, element.selectionStart, isNote) : null;
    if (found?.kind === 'canned') desk.directory.canned.want();
    if (found?.kind === 'mention') desk.directory.members.want();
    if (found?.text !== wish.peek()?.text) chosen.value = 0;
    wish.value = found;
  }

  function take(place: number): void {
    const offer = offers[place];
    const element = field.current;
    const wanted = wish.peek();
    if (!offer || !element || !wanted) return;
    const { text, caret } = granted(element.value, element.selectionStart, wanted, offer.put);
    wish.value = null;
    write(text);
    // After the next render: the field has its new text only then.
    requestAnimationFrame(() => {
      element.focus();
      element.setSelectionRange(caret, caret);
    });
  }

  function onKeyDown(event: KeyboardEvent): boolean {
    if (!offers.length || event.isComposing || event.metaKey || event.ctrlKey) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) chosen.value = (chosen.peek() + step + offers.length) % offers.length;
    else if (event.key === 'Enter' || event.key === 'Tab') take(chosen.peek());
    else if (event.key === 'Escape') wish.value = null;
    else return false;
    event.preventDefault();
    return true;
  }

  return { wish, chosen, offers, look, take, onKeyDown, close: () => void (wish.value = null) };
}

export function CompletionList({ completion }: { completion: Completion }) {
  const { offers, chosen, wish } = completion;
  const isOpen = offers.length > 0;
  return (
    <>
      <ul id={ID} role="listbox" class="completion" aria-label={wish.value?.kind === 'mention' ? 'Colleagues' : 'Canned replies'} hidden={!isOpen}>
        {offers.map((offer, place) => (
          <li
            key={offer.key}
            id={`${ID}-${place}`}
            role="option"
            aria-selected={place === chosen.value}
            onPointerDown={(event) => {
              event.preventDefault(); // The caret stays where it is.
              completion.take(place);
            }}
          >
            <b>{offer.title}</b>
            <span>{offer.detail}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** What a field with such a list says of it to a screen reader. */
export function comboOf({ offers, chosen }: Completion) {
  const isOpen = offers.length > 0;
  return {
    'aria-autocomplete': 'list' as const,
    'aria-controls': isOpen ? ID : undefined,
    'aria-activedescendant': isOpen ? `${ID}-${chosen.value}` : undefined,
  };
}

function offersFor(wish: Wish, one: StaffConversation, { boot, directory }: Desk): Offer[] {
  if (wish.kind === 'mention') {
    const here = directory.members.all.value.filter((member) => member.id !== boot.user.id && member.websites.includes(one.website_id));
    return matching(here, wish.text, (member) => member.name).map((member) => ({
      key: String(member.id),
      title: member.name,
      detail: member.is_away ? 'Away' : '',
      put: `@${member.name} `,
    }));
  }
  const talkers = {
    visitor: one.visitor,
    agent: boot.user.name,
    website: boot.websites.find((website) => website.id === one.website_id)?.name ?? '',
    conversationId: one.id,
  };
  const here = directory.canned.all.value.filter((reply) => reply.website === null || reply.website === one.website_id);
  return matching(here, wish.text, (reply) => reply.shortcut).map((reply) => {
    const put = fillIn(reply.content, talkers);
    return { key: String(reply.id), title: `/${reply.shortcut}`, detail: put, put };
  });
}
