/** A message the server did not take: why, and the ways on. The text is never lost. */
import type { Entry } from '../../../shared/timeline.ts';
import type { Thread } from '../../thread/threads.ts';
import { Icon } from '../Icon.tsx';

const REASONS: Record<string, string> = {
  no_answer: 'the server did not answer',
  too_long: 'it is too long',
  forbidden: 'you may not write here any more',
  not_found: 'the conversation no longer exists',
  conflict: 'another conversation of this visitor is open',
  invalid: 'the server could not accept it',
  unavailable: 'the server is busy',
};

export function FailedSend({ entry, thread }: { entry: Entry; thread: Thread }) {
  const clientId = entry.message.client_id ?? entry.key;
  return (
    <p class="failed" role="alert">
      <Icon name="alert" /> Not sent: {REASONS[entry.error ?? ''] ?? entry.error ?? 'the connection broke'}.
      <button type="button" class="button-text" onClick={() => thread.retry(clientId)}>
        Try again
      </button>
      <button type="button" class="button-text" onClick={() => thread.withdraw(clientId, true)}>
        Edit
      </button>
      <button type="button" class="button-text" onClick={() => thread.withdraw(clientId, false)}>
        Discard
      </button>
    </p>
  );
}
