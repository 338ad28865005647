/** After a conversation has been resolved: a rating, and a copy by e-mail. Fetched then. */
import { useEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';

import type { ApiError } from '../../shared/http.ts';
import type { VisitorConversation } from '../../shared/protocol.d.ts';
import { boot, text } from './boot.ts';
import type { Chat } from './chat.ts';
import style from './css/ending.css';
import { wear } from './lazy.ts';

wear(style);

const SCORES = [1, 2, 3, 4, 5];
const FACES = ['😞', '🙁', '😐', '🙂', '😀'];

export function Ending({ chat }: { chat: Chat }) {
  const conversation = chat.timeline.value.conversation.value!;
  return (
    <div class="ending">
      {boot.rating !== null && <Rating chat={chat} conversation={conversation} />}
      {boot.transcript && <Transcript chat={chat} id={conversation.id} />}
    </div>
  );
}

function Rating({ chat, conversation }: { chat: Chat; conversation: VisitorConversation }) {
  const chosen = useSignal(0);
  const isSent = useSignal(false);
  const problem = useSignal('');
  if (isSent.value) return <Done said={text('rating_thanks')} />;
  if (conversation.rating) return <p role="status">{text('rating_thanks')}</p>;

  async function send(form: HTMLFormElement): Promise<void> {
    const comment = String(new FormData(form).get('comment') ?? '').trim();
    problem.value = '';
    try {
      await chat.api.post(`widget/conversations/${conversation.id}/rating/`, { score: chosen.peek(), ...(comment ? { comment } : {}) });
      isSent.value = true;
    } catch (error) {
      problem.value = problemOf(error);
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send(event.currentTarget);
      }}
    >
      <fieldset>
        <legend dir="auto">{boot.rating || text('rating')}</legend>
        <div class="scores">
          {SCORES.map((score) => (
            <label key={score} title={text(`rating_${score}`)}>
              <input type="radio" name="score" value={score} aria-label={text(`rating_${score}`)} onChange={() => (chosen.value = score)} />
              <span aria-hidden="true">{FACES[score - 1]}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {chosen.value > 0 && (
        <>
          <textarea name="comment" rows={2} maxLength={2000} dir="auto" aria-label={text('rating_comment')} placeholder={text('rating_comment')} />
          <button type="submit">{text('rating_send')}</button>
        </>
      )}
      <p class="ending-problem" role="alert">
        {problem.value}
      </p>
    </form>
  );
}

function Transcript({ chat, id }: { chat: Chat; id: string }) {
  const step = useSignal<'offered' | 'asked' | 'sent'>('offered');
  const problem = useSignal('');
  const email = useSignal('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), [step.value]);

  async function send(field: HTMLInputElement): Promise<void> {
    problem.value = field.validity.valid ? '' : text('email_invalid');
    if (problem.peek()) return field.focus();
    try {
      await chat.api.post(`widget/conversations/${id}/transcript/`, { email: (email.value = field.value) });
      step.value = 'sent';
    } catch (error) {
      problem.value = problemOf(error);
    }
  }

  if (step.value === 'sent') return <Done said={text('transcript_sent', { email: email.value })} />;
  if (step.value === 'offered')
    return (
      <button type="button" class="link-button" onClick={() => (step.value = 'asked')}>
        {text('transcript')}
      </button>
    );
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send(event.currentTarget.elements.namedItem('email') as HTMLInputElement);
      }}
    >
      <label for="transcript-email">{text('form_email')}</label>
      <div class="ending-row">
        <input ref={field} id="transcript-email" name="email" type="email" required maxLength={254} dir="ltr" autocomplete="email" aria-invalid={!!problem.value} />
        <button type="submit">{text('transcript_send')}</button>
      </div>
      <p class="ending-problem" role="alert">
        {problem.value}
      </p>
    </form>
  );
}

/** What takes the place of a form takes its focus, too: else the keyboard would begin anew at the top. Not if one has gone on meanwhile. */
function Done({ said }: { said: string }) {
  const here = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) here.current?.focus();
  }, []);
  return (
    <p ref={here} role="status" tabIndex={-1}>
      {said}
    </p>
  );
}

const PROBLEMS: Record<string, string> = { invalid: 'email_invalid', rate_limited: 'failed_rate_limited' };

const problemOf = (error: unknown): string => text(PROBLEMS[(error as ApiError).code] ?? 'failed_no_answer');
