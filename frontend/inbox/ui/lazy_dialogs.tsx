/** Dialogs that are fetched when somebody first wants them. */
import type { ComponentType } from 'preact';
import { signal } from '@preact/signals';

import type { Toasts } from '../alerts/toasts.ts';

type Dialog = ComponentType<{ close: () => void }>;

interface Lazy {
  open(toasts: Toasts): void;
  Host: ComponentType;
}

/** `what` begins the sentence that says that it could not be loaded. */
function lazy(what: string, load: () => Promise<Dialog>): Lazy {
  let times = 0;
  const wanted = signal(0); // which time it is; none while it is closed
  const dialog = signal<Dialog | null>(null);

  function open(toasts: Toasts): void {
    wanted.value = times += 1;
    if (dialog.peek()) return;
    load().then(
      (loaded) => (dialog.value = loaded),
      () => {
        wanted.value = 0;
        toasts.error(`${what} could not be loaded`, 'Reload the page and try again.');
      },
    );
  }

  function Host() {
    const Shown = dialog.value;
    const time = wanted.value;
    if (!time || !Shown) return null;
    // A dialog is told late that it was closed: by then it may be wanted again.
    return <Shown key={time} close={() => void (wanted.value === time && (wanted.value = 0))} />;
  }

  return { open, Host };
}

const palette = lazy('The palette', async () => (await import('./palette/Palette.tsx')).Palette);
const canned = lazy('The canned replies', async () => (await import('./canned/CannedDialog.tsx')).CannedDialog);
const alerts = lazy('The alerts', async () => (await import('./alerts/AlertsDialog.tsx')).AlertsDialog);
const hours = lazy('Your hours', async () => (await import('./away/HoursDialog.tsx')).HoursDialog);
const picture = lazy('Your picture', async () => (await import('./picture/PictureDialog.tsx')).PictureDialog);

/** The palette is fetched before it is wanted: what is typed after ⌘K would else be taken for commands. */
export function warmUp(): void {
  setTimeout(() => void import('./palette/Palette.tsx').catch(() => undefined), 2000);
}

export const openPalette = palette.open;
export const openCannedReplies = canned.open;
export const openAlerts = alerts.open;
export const openHours = hours.open;
export const openPicture = picture.open;

export function LazyDialogs() {
  return (
    <>
      <palette.Host />
      <canned.Host />
      <alerts.Host />
      <hours.Host />
      <picture.Host />
    </>
  );
}
