/** The left pane: where one is, what one looks for, and the conversations. */
import { useDesk } from '../context.ts';
import { ConnectionStatus } from '../ConnectionStatus.tsx';
import { UserMenu } from '../UserMenu.tsx';
import { FoundVisitorsList } from './FoundVisitors.tsx';
import { FilterButton, SetFilters } from './Filters.tsx';
import { Rows } from './Rows.tsx';
import { SearchBox } from './SearchBox.tsx';
import { UnclaimedStrip } from './Unclaimed.tsx';
import { ViewTabs } from './ViewTabs.tsx';
import { WebsitePicker } from './WebsitePicker.tsx';

export function ListPane() {
  const { lens } = useDesk();
  const isSearching = lens.search.value.trim() !== '';
  return (
    <section class="list-pane" aria-label="Conversations">
      <header class="list-head">
        <p class="list-title" aria-hidden="true">
          Inbox
        </p>
        <ConnectionStatus />
        <span class="spacer" />
        <WebsitePicker />
        <UserMenu place="list" />
      </header>
      <div class="search-line">
        <SearchBox />
        <FilterButton />
      </div>
      <SetFilters />
      {isSearching ? <p class="search-note">Results from all views</p> : <ViewTabs />}
      <UnclaimedStrip />
      {isSearching && <FoundVisitorsList />}
      <Rows />
    </section>
  );
}
