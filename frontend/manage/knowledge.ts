/** Keeps what a page says of its sources current while one of them is being read. Without it, a reload does the same. */

interface Shown {
  id: number;
  label: string;
  tone: string;
  detail: string;
  problem: string;
  found: number;
  done: number;
  is_moving: boolean;
  synced: string;
}

const PAUSE = 1500;
const list = document.querySelector<HTMLElement>('[data-progress]');
const meaning = document.querySelector<HTMLElement>('[data-meaning]');

interface Meaning {
  tone: string;
  label: string;
  detail: string;
  done: number;
  total: number;
  is_moving: boolean;
}

if (list && moving().length) setTimeout(refresh, PAUSE);

if (meaning && 'moving' in meaning.dataset) setTimeout(refreshMeaning, PAUSE);

async function refreshMeaning(): Promise<void> {
  if (!document.hidden) {
    try {
      const answer = await fetch(meaning!.dataset.meaning!, { headers: { Accept: 'application/json' } });
      if (answer.redirected || !answer.ok) return;
      const shown = ((await answer.json()) as { meaning: Meaning | null }).meaning;
      if (!shown) return;
      showMeaning(meaning!, shown);
      if (!shown.is_moving) return;
    } catch {
      // The network is away; the next round tries again.
    }
  }
  setTimeout(refreshMeaning, PAUSE);
}

function showMeaning(row: HTMLElement, shown: Meaning): void {
  const label = part(row, 'label');
  label.textContent = shown.label;
  label.className = `tag tag-${shown.tone}`;
  part(row, 'detail').textContent = shown.detail;
  const bar = part(row, 'bar') as HTMLProgressElement;
  bar.hidden = !shown.is_moving;
  bar.max = shown.total || 1;
  bar.value = shown.done;
}

async function refresh(): Promise<void> {
  if (!document.hidden) {
    try {
      const ids = moving().map((row) => row.dataset.source);
      const answer = await fetch(`${list!.dataset.progress}?ids=${ids.join(',')}`, { headers: { Accept: 'application/json' } });
      if (answer.redirected || !answer.ok) return; // logged out, or no longer allowed: a reload says which
      const { sources } = (await answer.json()) as { sources: Shown[] };
      sources.forEach(show);
    } catch {
      // The network is away; the next round tries again.
    }
  }
  if (moving().length) setTimeout(refresh, PAUSE);
}

function moving(): HTMLElement[] {
  return [...list!.querySelectorAll<HTMLElement>('[data-source][data-moving]')];
}

function show(shown: Shown): void {
  const row = list!.querySelector<HTMLElement>(`[data-source="${shown.id}"]`);
  if (!row) return;
  const label = part(row, 'label');
  label.textContent = shown.label;
  label.className = `tag tag-${shown.tone}`;
  part(row, 'detail').textContent = shown.detail;
  part(row, 'problem').textContent = shown.problem;
  const bar = part(row, 'bar') as HTMLProgressElement;
  bar.hidden = !shown.is_moving || shown.found < 2;
  bar.max = shown.found || 1;
  bar.value = shown.done;
  if (shown.is_moving) return;
  row.removeAttribute('data-moving');
  if ('reload' in row.dataset) location.reload(); // the pages it has read stand below
  part(row, 'synced').textContent = shown.synced;
  const said = document.querySelector('[data-said]');
  if (said) said.textContent = `${row.querySelector('.table-main')?.textContent ?? ''}: ${shown.label}. ${shown.problem}`;
}

function part(row: HTMLElement, name: string): HTMLElement {
  return row.querySelector<HTMLElement>(`[data-${name}]`) ?? document.createElement('span');
}
