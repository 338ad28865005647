/** The four panes, and what lies over them. */
import { useEffect } from 'preact/hooks';

import { DetailsPane } from './details/DetailsPane.tsx';
import { DeskContext, type Desk } from './context.ts';
import { ListPane } from './list/ListPane.tsx';
import { LazyDialogs } from './lazy_dialogs.tsx';
import { AccessEnded, Losses } from './Losses.tsx';
import { Rail } from './Rail.tsx';
import { SessionEnded } from './SessionEnded.tsx';
import { ShortcutSheet } from './ShortcutSheet.tsx';
import { ThreadPane } from './thread/ThreadPane.tsx';
import { Toasts } from './Toasts.tsx';

export function App({ desk }: { desk: Desk }) {
  const isOpen = desk.route.selected.value !== null;
  useEffect(() => void document.body.toggleAttribute('data-thread-open', isOpen), [isOpen]);
  useEffect(() => void document.body.toggleAttribute('data-no-list', !desk.preferences.list.value), [desk.preferences.list.value]);
  useEffect(() => void document.body.toggleAttribute('data-no-panel', !desk.preferences.panel.value), [desk.preferences.panel.value]);
  const last = desk.losses.last.value;
  if (last) {
    return (
      <DeskContext.Provider value={desk}>
        <AccessEnded loss={last} />
        <Toasts />
      </DeskContext.Provider>
    );
  }
  return (
    <DeskContext.Provider value={desk}>
      {isOpen && desk.thread.value?.history.problem.value !== 'gone' && (
        <a class="skip-link" href="#composer">
          Skip to the reply
        </a>
      )}
      <Rail />
      <main>
        <h1 class="sr-only">Inbox</h1>
        <ListPane />
        <ThreadPane />
      </main>
      <DetailsPane />
      <SessionEnded />
      <Losses />
      <Toasts />
      <ShortcutSheet />
      <LazyDialogs />
    </DeskContext.Provider>
  );
}
