/** Files beside the composer: chosen, pasted or dropped, uploaded at once, sent with the next message or note. */
import { useEffect, useMemo, useState } from 'preact/hooks';

import { sizeOf } from '../../../shared/sizes.ts';
import type { Tray as Files, TrayItem } from '../../../shared/tray.ts';
import { useDesk } from '../context.ts';
import { Icon } from '../Icon.tsx';

export function AddFile({ tray }: { tray: Files }) {
  const { boot } = useDesk();
  return (
    <label class="button add-file" title="Add files">
      <input
        type="file"
        class="sr-only"
        multiple
        accept={boot.upload.accept}
        aria-label="Add files"
        onChange={({ currentTarget }) => {
          tray.add(currentTarget.files ?? []);
          currentTarget.value = '';
        }}
      />
      <Icon name="clip" />
    </label>
  );
}

export function Tray({ tray }: { tray: Files }) {
  if (!tray.items.value.length) return null;
  return (
    <ul class="tray" aria-label="Files to send">
      {tray.items.value.map((item) => (
        <Item key={item.key} item={item} tray={tray} />
      ))}
    </ul>
  );
}

function Item({ item, tray }: { item: TrayItem; tray: Files }) {
  const { file, key, state } = item;
  const picture = useMemo(() => (/^image\/(png|jpeg|gif|webp)$/.test(file.type) ? URL.createObjectURL(file) : null), [file]);
  useEffect(() => () => void (picture && URL.revokeObjectURL(picture)), [picture]);
  return (
    <li class={`tray-item tray-${state}`}>
      {picture ? <img src={picture} alt="" /> : <Icon name="page" />}
      <div class="tray-text">
        <b dir="auto">{file.name}</b>
        <State item={item} />
      </div>
      {state === 'failed' && !LASTING.has(item.error!) && (
        <button type="button" class="button-icon" aria-label={`Try again: ${file.name}`} onClick={() => tray.retry(key)}>
          <Icon name="reopen" />
        </button>
      )}
      <button type="button" class="button-icon" aria-label={`Remove: ${file.name}`} onClick={() => tray.remove(key)}>
        <Icon name="close" />
      </button>
    </li>
  );
}

/** Trying again would not help. */
const LASTING = new Set(['too_large', 'too_long', 'too_many', 'empty', 'invalid']);

function State({ item }: { item: TrayItem }) {
  const { upload } = useDesk().boot;
  if (item.state === 'ready') return <span>{sizeOf(item.file.size, navigator.language)}</span>;
  if (item.state !== 'failed') return <progress max={1} value={item.progress} aria-label="Uploading" />;
  const limit = `Too large: at most ${sizeOf(upload.max_bytes, navigator.language)}.`;
  const reasons: Record<string, string> = {
    too_large: limit,
    too_long: limit,
    too_many: `At most ${upload.max_files} files at once.`,
    empty: 'This file is empty.',
    invalid: 'This kind of file cannot be sent.',
    rate_limited: 'Too many files. Wait a moment.',
    offline: 'The connection was lost.',
  };
  return (
    <span class="tray-problem" role="alert">
      {reasons[item.error ?? ''] ?? 'That did not work just now.'}
    </span>
  );
}

/** Handlers for whatever files may be dropped on; `isOver` while they are held above it. */
export function useDrop(tray: Files | null) {
  const [isOver, setOver] = useState(false);
  const holdsFiles = (event: DragEvent): boolean => !!tray && !!event.dataTransfer?.types.includes('Files');
  return {
    isOver,
    onDragOver(event: DragEvent): void {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave(event: DragEvent): void {
      if (!(event.currentTarget as Element).contains(event.relatedTarget as Node | null)) setOver(false);
    },
    onDrop(event: DragEvent): void {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(false);
      tray!.add(event.dataTransfer!.files);
    },
  };
}
