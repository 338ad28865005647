/** The form before the first message. Fetched where a website asks; what it looks like comes with consent.tsx, too. */
import { useSignal } from '@preact/signals';

import type { ApiError } from '../../shared/http.ts';
import { boot, text } from './boot.ts';
import type { Chat } from './chat.ts';
import { composerText } from './composer_text.ts';
import style from './css/forms.css';
import { wear } from './lazy.ts';
import { wantFocus } from './link.ts';
import { cleaned } from '../../shared/message_text.ts';
import { Footer } from './ui/parts.ts';
import type { Question } from './visitor.ts';

wear(style);

/** While nobody is there, the message is written in the form itself: it is all that can be done. */
export function FirstForm({ chat, asks }: { chat: Chat; asks: readonly Question[] }) {
  const problems = useSignal<Record<string, string>>({});
  const failure = useSignal('');
  const isSending = useSignal(false);
  const isAway = !boot.assistant && chat.available.value === false && (boot.mails || !!boot.backAt);
  const questions = isAway && !chat.hasUnsent() ? [...asks, MESSAGE] : asks;

  async function submit(form: HTMLFormElement): Promise<void> {
    if (isSending.peek()) return;
    const given = Object.fromEntries(questions.map(({ key }) => [key, String(new FormData(form).get(key) ?? '').trim()]));
    const missing = questions.filter(({ key, kind, required }) => (required && !given[key]) || (kind === 'email' && !isSound(form, key)));
    if (missing.length) return refuse(form, Object.fromEntries(missing.map((one) => [one.key, problemOf(one, given[one.key]!)])));
    isSending.value = true;
    failure.value = '';
    try {
      const { [MESSAGE.key]: message, ...values } = given;
      await chat.begin();
      // Things have changed since the document was made: what is asked now stands in the form.
      if (chat.asks.peek().some(({ key, required }) => required && !values[key])) return;
      const { asks } = await chat.api.post<{ asks: readonly Question[] }>('widget/form/', { values });
      if (message) chat.say(cleaned(message));
      typed = {};
      if (message) composerText.value = '';
      // What may be left out was left out: it is not asked for again in this chat.
      chat.asks.value = asks.filter(({ required }) => required);
      wantFocus();
    } catch (error) {
      const { fields } = error as ApiError;
      if (fields) refuse(form, Object.fromEntries(questions.filter(({ key }) => key in fields).map((one) => [one.key, problemOf(one, given[one.key]!)])));
      else failure.value = text('failed_no_answer');
    } finally {
      isSending.value = false;
    }
  }

  function refuse(form: HTMLFormElement, found: Record<string, string>): void {
    problems.value = found;
    (form.elements.namedItem(Object.keys(found)[0]!) as HTMLElement | null)?.focus();
  }

  return (
    <form
      class="form-card"
      noValidate
      aria-labelledby="form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
      onInput={({ target }) => {
        const { name, value } = target as HTMLInputElement;
        if (name === MESSAGE.key) composerText.value = value;
        else typed[name] = value;
        Footer.fetch(); // It is what comes next, and the network may not be there then.
      }}
    >
      <h2 id="form">{isAway ? awayLine() : text('form')}</h2>
      {isAway ? <p dir="auto">{boot.away || text(boot.mails ? 'away_mail' : 'away_here')}</p> : boot.formIntro && <p dir="auto">{boot.formIntro}</p>}
      {questions.map((question) => (
        <Field key={question.key} question={question} problem={problems.value[question.key]} />
      ))}
      <p class="form-problem" role="alert">
        {failure.value}
      </p>
      <button type="submit" class="form-button" aria-busy={isSending.value}>
        {text(isSending.value ? 'delivery_sending' : isAway ? 'send' : 'form_start')}
      </button>
    </form>
  );
}

/** Stays when the form goes and comes again. What is written as the message is in the composer, if that comes instead. */
let typed: Record<string, string> = {};

const MESSAGE: Question = { key: 'message', label: '', kind: 'textarea', required: true, options: [] };
const KNOWN = ['name', 'email', 'phone', 'message'];
const AUTOFILL: Record<string, string> = { name: 'name', email: 'email', phone: 'tel' };

const isSound = (form: HTMLFormElement, key: string): boolean => (form.elements.namedItem(key) as HTMLInputElement).validity.valid;

const problemOf = ({ kind }: Question, value: string): string => text(!value ? 'form_needed' : kind === 'email' ? 'email_invalid' : 'form_wrong');

const CLOCK = { hour: 'numeric', minute: '2-digit' } as const;
const WEEK_MS = 6 * 86_400_000;

/** In the visitor's own time zone. */
function awayLine(): string {
  if (!boot.backAt) return text('away');
  const at = new Date(boot.backAt);
  const format = at.getTime() - Date.now() < WEEK_MS ? { ...CLOCK, weekday: 'long' as const } : { ...CLOCK, day: 'numeric' as const, month: 'long' as const };
  const when = new Intl.DateTimeFormat(boot.language, format).format(at);
  return text('away_until', { when });
}

function Field({ question, problem }: { question: Question; problem: string | undefined }) {
  const { key, kind, options, required } = question;
  const label = boot.labels[key] || question.label || (KNOWN.includes(key) ? text(`form_${key}`) : key);
  const value = key === MESSAGE.key ? composerText.value : typed[key];
  const common = { id: `form-${key}`, name: key, required, value, 'aria-invalid': !!problem, 'aria-describedby': problem ? `form-${key}-problem` : undefined };
  return (
    <div class="form-field">
      <label for={common.id} dir="auto">
        {required ? label : text('form_optional', { label })}
      </label>
      {kind === 'select' ? (
        <select {...common}>
          <option value="">{text('form_choose')}</option>
          {options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      ) : kind === 'textarea' ? (
        <textarea {...common} rows={4} maxLength={1000} dir="auto" />
      ) : (
        <input {...common} type={kind as 'text'} maxLength={254} dir={kind === 'text' ? 'auto' : 'ltr'} autocomplete={AUTOFILL[key]} />
      )}
      {problem && (
        <p class="form-problem" id={`form-${key}-problem`} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
