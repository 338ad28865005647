/** The picture that stands beside what this person says: chosen from a file, made small and square by the server. */
import { useEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';

import { Avatar } from '../Avatar.tsx';
import { useDesk } from '../context.ts';
import { Icon } from '../Icon.tsx';

const KINDS = 'image/jpeg,image/png,image/gif,image/webp';

export function PictureDialog({ close }: { close: () => void }) {
  const { boot, picture } = useDesk();
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const isBusy = useSignal(false);
  const said = useSignal('');
  useEffect(() => dialog.current?.showModal(), []);

  async function attempt(change: Promise<string | null>, done: string): Promise<void> {
    isBusy.value = true;
    said.value = '';
    said.value = (await change) ?? done;
    isBusy.value = false;
    requestAnimationFrame(() => field.current?.focus()); // the button that was pressed may be gone
  }
  const choose = (file: File | undefined): void => {
    if (file) void attempt(picture.choose(file), 'This is your picture now.');
    if (field.current) field.current.value = '';
  };

  return (
    <dialog ref={dialog} class="merge" aria-labelledby="picture-title" onClose={close}>
      <header class="canned-head">
        <h2 id="picture-title">Your picture</h2>
        <button type="button" class="button-icon" aria-label="Close" onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </header>
      <div class="own-picture">
        <Avatar name={boot.user.name} seed={String(boot.user.id)} image={picture.address.value} size="huge" />
        <div>
          <p class="quiet">Colleagues see it, and visitors beside what you write. The middle of it is shown, in a circle.</p>
          <p class="own-picture-buttons">
            <label class="button button-primary own-picture-choose" data-busy={isBusy.value ? '' : undefined}>
              {picture.address.value ? 'Choose another' : 'Choose a picture'}
              <input ref={field} type="file" class="sr-only" accept={KINDS} disabled={isBusy.value} onChange={(event) => choose(event.currentTarget.files?.[0])} />
            </label>
            {picture.address.value && (
              <button type="button" class="button" disabled={isBusy.value} onClick={() => void attempt(picture.remove(), 'Your initials stand there again.')}>
                Remove
              </button>
            )}
          </p>
        </div>
      </div>
      <p role="status" class="own-picture-said">
        {isBusy.value ? 'One moment…' : said.value}
      </p>
    </dialog>
  );
}
