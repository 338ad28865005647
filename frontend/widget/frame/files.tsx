/** Files: those that wait to be sent, and those in messages. Fetched with the first of them. */
import { effect, signal } from '@preact/signals';
import type { ComponentChild } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

import type { Attachment } from '../../shared/protocol.d.ts';
import { sizeOf } from '../../shared/sizes.ts';
import { createTray, type Tray, type TrayItem } from '../../shared/tray.ts';
import { upload } from '../../shared/upload.ts';
import { attach } from './attaching.ts';
import { boot, text } from './boot.ts';
import type { Chat } from './chat.ts';
import style from './css/files.css';
import { wear } from './lazy.ts';
import { addShapes, Icon } from './ui/icons.tsx';

wear(style);
addShapes({
  plus: 'M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z',
  page: 'M6 3h8l5 5v13H6zm7 1.5V9h4.5zM8.5 12.5h7V14h-7zm0 3.5h7v1.5h-7z',
  retry: 'M12 5V2L7.5 6.5 12 11V7a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z',
  down: 'M12 18.5 5.5 12l1.4-1.4L11 14.7V5h2v9.7l4.1-4.1 1.4 1.4z',
});

/** Addresses of pictures in this document, by attachment or file: fetched once, with the visitor's token. */
const shown = new Map<string | File, string>();

export function createFiles(chat: Chat): Tray & { view: (isHeld?: boolean) => ComponentChild } {
  const tray = createTray({
    maxBytes: boot.upload.max_bytes,
    maxFiles: boot.upload.max_files,
    upload: async (file, onProgress, signal) => {
      await answered(chat); // No conversation begins by a file before that.
      signal.throwIfAborted();
      const id = await chat.conversation();
      const url = `/api/v1/widget/conversations/${id}/attachments/`;
      const attachment = await upload({ url, headers: chat.api.headers(), file, onProgress, signal });
      if (attachment.width) shown.set(attachment.id, localUrl(file));
      return attachment;
    },
  });
  return { ...tray, view: (isHeld) => tray.items.value.length > 0 && <Waiting tray={tray} isHeld={isHeld} /> };
}

/** When all is agreed to and answered that is asked first. */
async function answered(chat: Chat): Promise<void> {
  await chat.begin();
  await new Promise<void>((resolve) => effect(() => void (chat.asks.value.length || resolve())));
}

function localUrl(file: File): string {
  if (!shown.has(file)) shown.set(file, URL.createObjectURL(file));
  return shown.get(file)!;
}

/** Anywhere in the window; without it the browser would show the file in place of the chat. */
export function takeDrops(chat: Chat): void {
  const { dataset } = document.documentElement;
  for (const name of ['dragover', 'drop', 'dragleave'] as const) {
    addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      if (name === 'dragover') dataset.drop = text('files_drop');
      else delete dataset.drop;
      if (name === 'drop') void attach(chat, event.dataTransfer.files);
    });
  }
}

// --- beside the composer ---

/** `isHeld`: something is asked first. */
function Waiting({ tray, isHeld }: { tray: Tray; isHeld: boolean | undefined }) {
  return (
    <ul class="tray" aria-label={text('files')}>
      {tray.items.value.map((item) => (
        <li key={item.key} class={`tray-item ${item.state}`}>
          {item.file.type.startsWith('image/') && item.file.type !== 'image/svg+xml' ? <img src={localUrl(item.file)} alt="" /> : <Icon name="page" />}
          <div class="tray-text">
            <span class="tray-name" dir="auto">
              {item.file.name}
            </span>
            <State item={item} isHeld={isHeld} />
          </div>
          {item.state === 'failed' && !LASTING.has(item.error!) && (
            <button type="button" class="tray-button" aria-label={`${text('retry')}: ${item.file.name}`} onClick={() => tray.retry(item.key)}>
              <Icon name="retry" />
            </button>
          )}
          <button type="button" class="tray-button" aria-label={`${text('files_remove')}: ${item.file.name}`} onClick={() => tray.remove(item.key)}>
            <Icon name="plus" />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Trying again would not help. */
const LASTING = new Set(['too_large', 'too_many', 'empty', 'too_long', 'invalid']);

function State({ item, isHeld }: { item: TrayItem; isHeld: boolean | undefined }) {
  if (item.state === 'failed') {
    const key = `files_${item.error}`;
    const size = sizeOf(boot.upload.max_bytes, boot.language);
    return (
      <span class="tray-problem" role="alert">
        {text(key in boot.texts ? key : 'files_failed', { size, count: boot.upload.max_files })}
      </span>
    );
  }
  if (item.state === 'ready') return <span>{sizeOf(item.file.size, boot.language)}</span>;
  if (isHeld) return <span>{text('files_held')}</span>;
  return <progress max={1} value={item.state === 'waiting' ? 0 : item.progress} aria-label={text('files_uploading')} />;
}

// --- in messages ---

const opened = signal<{ attachment: Attachment; url: string } | null>(null);

export function Files({ chat, attachments }: { chat: Chat; attachments: readonly Attachment[] }) {
  return (
    <ul class="files" aria-label={text('files')}>
      {attachments.map((attachment) => (
        <li key={attachment.id}>{attachment.width ? <Picture chat={chat} attachment={attachment} /> : <Saved chat={chat} attachment={attachment} />}</li>
      ))}
      {attachments.includes(opened.value?.attachment as Attachment) && <Large />}
    </ul>
  );
}

/** Its room is there before it is. */
function Picture({ chat, attachment }: { chat: Chat; attachment: Attachment }) {
  const { id, width, height, name } = attachment;
  const url = useFetched(chat, attachment);
  return (
    <button
      type="button"
      class="picture"
      style={{ aspectRatio: `${width} / ${height}`, '--width': `${width}px` }}
      aria-label={text('files_enlarge', { name })}
      disabled={!url}
      onClick={() => (opened.value = { attachment, url: url! })}
    >
      {url && <img key={id} src={url} alt="" />}
      {url === '' && <span>{text('files_failed')}</span>}
    </button>
  );
}

function useFetched(chat: Chat, { id, url }: Attachment): string | undefined {
  const found = useRef(signal<string | undefined>(shown.get(id))).current;
  useEffect(() => {
    if (!found.peek()) void fetched(chat, url).then((blob) => {
      found.value = blob ? URL.createObjectURL(blob) : '';
      if (blob) shown.set(id, found.value);
    });
  }, [id]);
  return found.value;
}

async function fetched(chat: Chat, url: string): Promise<Blob | null> {
  const answer = await fetch(url, { headers: chat.api.headers(), credentials: 'omit' }).catch(() => null);
  return answer?.ok ? answer.blob() : null;
}

function Saved({ chat, attachment }: { chat: Chat; attachment: Attachment }) {
  const problem = useRef(signal(false)).current;
  const save = async (): Promise<void> => {
    const blob = await fetched(chat, attachment.url);
    problem.value = !blob;
    if (blob) offer(URL.createObjectURL(blob), attachment.name);
  };
  return (
    <button type="button" class="saved" onClick={() => void save()}>
      <span class="hidden">{text('files_save')}</span>
      <Icon name="page" />
      <span class="saved-text">
        <span dir="auto">{attachment.name}</span>
        <span>{problem.value ? text('files_failed') : sizeOf(attachment.size, boot.language)}</span>
      </span>
      <Icon name="down" />
    </button>
  );
}

function offer(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function Large() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const { attachment, url } = opened.value!;
  return (
    <dialog
      ref={dialog}
      class="large"
      aria-label={attachment.name}
      onClose={() => (opened.value = null)}
      onKeyDown={(event) => event.key === 'Escape' && event.stopPropagation()}
      onClick={(event) => event.target === event.currentTarget && dialog.current?.close()}
    >
      <img src={url} alt={attachment.name} width={attachment.width!} height={attachment.height!} />
      <div class="large-buttons">
        <button type="button" class="tray-button" aria-label={text('files_save')} onClick={() => offer(url, attachment.name)}>
          <Icon name="down" />
        </button>
        <button type="button" class="tray-button" aria-label={text('files_close')} onClick={() => dialog.current?.close()}>
          <Icon name="plus" />
        </button>
      </div>
    </dialog>
  );
}
