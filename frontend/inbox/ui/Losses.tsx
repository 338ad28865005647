/** That a conversation or a website is gone while one was at it, and the words that were begun. */
import { useEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';

import type { Begun, Loss } from '../losses.ts';
import { useDesk } from './context.ts';
import { Icon } from './Icon.tsx';

export function Losses() {
  const { losses } = useDesk();
  if (!losses.list.value.length) return null;
  return (
    <div class="losses">
      {losses.list.value.map((loss) => (
        <LossCard key={loss.id} loss={loss} />
      ))}
    </div>
  );
}

function LossCard({ loss }: { loss: Loss }) {
  const { losses } = useDesk();
  const card = useRef<HTMLElement>(null);
  // The field one was writing in has gone: what is typed on must not be taken for commands.
  useEffect(() => {
    if (loss.begun.length || document.activeElement === document.body) card.current?.querySelector<HTMLElement>('textarea, button')?.focus();
  }, []);
  return (
    <section class="loss" role="alert" ref={card}>
      <Icon name="alert" />
      <div class="loss-text">
        <h2>{title(loss)}</h2>
        <p>{reason(loss)}</p>
        <BegunList begun={loss.begun} />
      </div>
      <button type="button" class="button-icon" aria-label="Close" onClick={() => losses.close(loss.id)}>
        <Icon name="close" />
      </button>
    </section>
  );
}

/** Instead of everything else: no website is left. */
export function AccessEnded({ loss }: { loss: Loss }) {
  const { boot } = useDesk();
  return (
    <main class="access-ended">
      <div class="blank blank-wide" role="alert">
        <Icon name="alert" />
        <h1>{title(loss)}</h1>
        <p>{reason(loss)}</p>
        <BegunList begun={loss.begun} />
        <p class="access-ways">
          <button type="button" class="button button-primary" onClick={() => location.reload()}>
            Look again
          </button>
          <a class="button" href={boot.account_url}>
            Your account and teams
          </a>
        </p>
      </div>
    </main>
  );
}

export function BegunList({ begun }: { begun: readonly Begun[] }) {
  return begun.map((one, place) => <BegunText key={place} begun={one} />);
}

function BegunText({ begun }: { begun: Begun }) {
  const { toasts } = useDesk();
  const field = useRef<HTMLTextAreaElement>(null);
  const copied = useSignal(false);
  const copy = async (): Promise<void> => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(begun.text);
      copied.value = true;
    } catch {
      toasts.error('Could not copy', 'It is selected: copy it by hand.');
    }
  };
  return (
    <div class="begun">
      <label>
        <span>
          What you had written for <bdi>{begun.name}</bdi>
        </span>
        <textarea ref={field} readOnly rows={3} dir="auto" value={begun.text} />
      </label>
      <button type="button" class="button button-small" onClick={() => void copy()}>
        <Icon name={copied.value ? 'check' : 'copy'} /> {copied.value ? 'Copied' : 'Copy'}
      </button>
    </div>
  );
}

function title({ what, names }: Loss): string {
  if (what === 'conversation') return `The conversation with ${names[0]} was removed`;
  return `You no longer have access to ${names.length ? new Intl.ListFormat('en').format(names) : 'any website'}`;
}

function reason({ what }: Loss): string {
  if (what === 'conversation') return 'The visitor was erased, or the time was up for which conversations are kept. Nobody can open it any more.';
  return 'Somebody of your team has changed what you may see, or the website was deleted. If that is a mistake, ask an owner or an admin.';
}
