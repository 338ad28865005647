/** The files of a message. Pictures are shown, with their room reserved; everything else is saved. */
import { useEffect, useRef, useState } from 'preact/hooks';

import { sizeOf } from '../../../shared/sizes.ts';
import type { Attachment } from '../../../shared/protocol.d.ts';
import { Icon } from '../Icon.tsx';

export function Files({ attachments }: { attachments: readonly Attachment[] }) {
  if (!attachments.length) return null;
  return (
    <ul class="files" aria-label="Files">
      {attachments.map((attachment) => (
        <li key={attachment.id}>{attachment.width ? <Picture attachment={attachment} /> : <Saved attachment={attachment} />}</li>
      ))}
    </ul>
  );
}

function Picture({ attachment }: { attachment: Attachment }) {
  const { height, name, url, width } = attachment;
  const [isLarge, setLarge] = useState(false);
  return (
    <>
      <button
        type="button"
        class="picture"
        style={{ aspectRatio: `${width} / ${height}`, '--width': `${width}px` }}
        aria-label={`Show ${name} large`}
        onClick={() => setLarge(true)}
      >
        <img src={url} alt="" loading="lazy" />
      </button>
      {isLarge && <Large attachment={attachment} close={() => setLarge(false)} />}
    </>
  );
}

function Large({ attachment, close }: { attachment: Attachment; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="large-picture"
      aria-label={attachment.name}
      onClose={close}
      onKeyDown={(event) => event.stopPropagation()}
      onClick={(event) => event.target === event.currentTarget && dialog.current?.close()}
    >
      <img src={attachment.url} alt={attachment.name} width={attachment.width!} height={attachment.height!} />
      <div class="large-buttons">
        <a class="button-icon" href={attachment.url} download={attachment.name} aria-label={`Save ${attachment.name}`}>
          <Icon name="down" />
        </a>
        <button type="button" class="button-icon" aria-label="Close" onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </div>
    </dialog>
  );
}

function Saved({ attachment }: { attachment: Attachment }) {
  return (
    <a class="saved" href={attachment.url} download={attachment.name}>
      <span class="sr-only">Save</span>
      <Icon name="page" />
      <span class="saved-text">
        <b dir="auto">{attachment.name}</b>
        <span>{sizeOf(attachment.size, navigator.language)}</span>
      </span>
      <Icon name="down" />
    </a>
  );
}
