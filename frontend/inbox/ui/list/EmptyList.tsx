/** Nothing to show, and what that means. */
import { useDesk } from '../context.ts';
import { Icon } from '../Icon.tsx';
import { InstallSnippet } from '../InstallSnippet.tsx';

export function EmptyList() {
  const { lens, conversations, boot } = useDesk();
  if (lens.search.value.trim()) return <NoResults />;
  if (!conversations.ids.value.length && lens.key.value === 'all') return <InstallSnippet />;
  const isOpenView = lens.key.value === 'open';
  return (
    <div class="blank">
      <Icon name={isOpenView ? 'check' : 'inbox'} />
      <h2>{isOpenView && boot.websites.length ? 'All caught up' : 'Nothing here'}</h2>
      <p>{lens.view.value.empty}</p>
      <OtherView />
    </div>
  );
}

function OtherView() {
  const { lens } = useDesk();
  const target = lens.key.value === 'open' ? 'all' : 'open';
  return (
    <button type="button" class="button" onClick={() => (lens.key.value = target)}>
      {target === 'all' ? 'Show all conversations' : 'Show open conversations'}
    </button>
  );
}

function NoResults() {
  const { lens } = useDesk();
  return (
    <div class="blank">
      <Icon name="search" />
      <h2>No results</h2>
      <p>Nothing matches “{lens.search.value.trim()}”. Searched are words, from their beginning, in messages, notes, names and e-mail addresses.</p>
    </div>
  );
}
