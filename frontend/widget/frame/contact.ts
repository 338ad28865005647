/**
 * The form for an e-mail address, while nobody is there who could answer: fetched when it is asked for.
 * What it draws and speaks with is given to it, so that this stays a chunk of its own. It thanks until the server does.
 */
import type { FunctionComponent } from 'preact';

import type { ApiError } from '../../shared/http.ts';
import type { Chat } from './chat.ts';
import style from './css/contact.css';
import { wear } from './lazy.ts';
import type { ThumbTools } from './thumbs.ts';

export type Contact = FunctionComponent<{ chat: Chat }>;

const PROBLEMS: Readonly<Record<string, string>> = { invalid: 'email_invalid', rate_limited: 'failed_rate_limited', unavailable: 'failed_unavailable' };

export function create({ h, signal, text }: ThumbTools): Contact {
  wear(style);
  const problem = signal('');
  const step = signal<'asking' | 'sending' | 'left'>('asking');
  const of = signal('');

  async function leave(chat: Chat, field: HTMLInputElement): Promise<void> {
    if (step.peek() === 'sending') return;
    if (!field.validity.valid) return refuse(field, 'email_invalid');
    step.value = 'sending';
    problem.value = '';
    try {
      await chat.api.post(`widget/conversations/${of.peek()}/contact/`, { email: field.value });
      step.value = 'left';
      goOn();
    } catch (error) {
      step.value = 'asking';
      refuse(field, PROBLEMS[(error as ApiError).code] ?? 'failed_no_answer');
    }
  }

  function refuse(field: HTMLInputElement, key: string): void {
    problem.value = text(key);
    field.focus();
  }

  /** To the composer; where that would bring up a keyboard, to what was said. */
  function goOn(): void {
    document.querySelector<HTMLElement>(matchMedia('(pointer: coarse)').matches ? '[role=log]' : 'textarea')?.focus();
  }

  return ({ chat }) => {
    const { conversationId } = chat.timeline.value;
    if (of.peek() !== conversationId) {
      of.value = conversationId;
      step.value = 'asking';
      problem.value = '';
    }
    if (step.value === 'left') return h('p', { class: 'contact' }, text('email_thanks'));
    return h(
      'form',
      {
        class: 'contact',
        noValidate: true,
        onSubmit: (event: SubmitEvent) => {
          event.preventDefault();
          void leave(chat, (event.currentTarget as HTMLFormElement).elements.namedItem('email') as HTMLInputElement);
        },
      },
      h('label', { for: 'email' }, text('email')),
      h(
        'div',
        { class: 'contact-row' },
        h('input', {
          id: 'email',
          name: 'email',
          type: 'email',
          required: true,
          maxLength: 254,
          dir: 'ltr',
          autocomplete: 'email',
          enterkeyhint: 'send',
          placeholder: 'name@example.com',
          'aria-invalid': !!problem.value,
          'aria-describedby': 'email-problem',
        }),
        h('button', { type: 'submit', 'aria-busy': step.value === 'sending' }, text(step.value === 'sending' ? 'delivery_sending' : 'email_leave')),
      ),
      h('p', { id: 'email-problem', class: 'contact-problem', role: 'alert' }, problem.value),
    );
  };
}
