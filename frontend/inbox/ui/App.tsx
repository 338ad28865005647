/** The four panes, and what lies over them. */
import { useEffect } from 'preact/hooks';

import { DetailsPane } from './details/DetailsPane.tsx';
import { DeskContext, type Desk } from './context.ts';
import { ListPane } from './list/ListPane.tsx';
import { CannedHost } from './canned/CannedHost.tsx';
import { PaletteHost } from './palette/PaletteHost.tsx';
import { Rail } from './Rail.tsx';
import { SessionEnded } from './SessionEnded.tsx';
import { ShortcutSheet } from './ShortcutSheet.tsx';
import { ThreadPane } from './thread/ThreadPane.tsx';
import { Toasts } from './Toasts.tsx';

export function App({ desk }: { desk: Desk }) {
  const isOpen = desk.route.selected.value !== null;
  useEffect(() => void document.body.toggleAttribute('data-thread-open', isOpen), [isOpen]);
  return (
    <DeskContext.Provider value={desk}>
      {isOpen && (
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
      <Toasts />
      <ShortcutSheet />
      <PaletteHost />
      <CannedHost />
    </DeskContext.Provider>
  );
}
