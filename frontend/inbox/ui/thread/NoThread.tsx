/** The middle while no conversation is open, or when the one in the address cannot be. */
import { tally } from '../../list/counts.ts';
import { useDesk } from '../context.ts';
import { Icon } from '../Icon.tsx';
import { InstallSnippet } from '../InstallSnippet.tsx';
import { Keys } from '../Keys.tsx';
import { BegunList } from '../Losses.tsx';

export function NoThread() {
  const { conversations, pages, counts } = useDesk();
  const isLoaded = pages.of({ status: 'open', website: null }).value.complete;
  if (isLoaded && !conversations.ids.value.length) return <InstallSnippet />;
  const waiting = counts.waiting.value;
  if (isLoaded && !counts.of.value.open) return <NothingOpen />;
  return (
    <div class="blank">
      <Icon name="chat" />
      <h2>{waiting ? waitingText(waiting, counts.waitingExact.value) : 'Pick a conversation'}</h2>
      <p class="blank-hint">
        <Keys of="next" /> <Keys of="previous" /> move through the list <br />
        <Keys of="sheet" /> shows every shortcut
      </p>
    </div>
  );
}

function waitingText(count: number, isExact: boolean): string {
  return `${tally(count, isExact)} ${count === 1 && isExact ? 'visitor waits' : 'visitors wait'} for you`;
}

function NothingOpen() {
  return (
    <div class="blank">
      <Icon name="check" />
      <h2>Nothing to do</h2>
      <p>New conversations appear on the left by themselves.</p>
    </div>
  );
}

export function ThreadProblem({ id }: { id: string }) {
  const { losses, select } = useDesk();
  return (
    <div class="blank" role="alert">
      <Icon name="alert" />
      <h2>This conversation is not here</h2>
      <p>It does not exist any more, or it belongs to a website you may not see.</p>
      <BegunList begun={losses.begunIn(id)} />
      <button type="button" class="button" onClick={() => select(null)}>
        Back to the inbox
      </button>
    </div>
  );
}
