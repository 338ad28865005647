/** Says by itself when the first visit has been seen, and copies the line to paste. Without it, a reload and a hand do the same. */

const PAUSE = 1000;
const status = document.querySelector<HTMLElement>('[data-first-visit][data-waiting]');
const copy = document.querySelector<HTMLButtonElement>('[data-copy]');

if (status) {
  status.textContent = 'Waiting for the first visit…';
  setTimeout(look, PAUSE);
}

if (copy && 'clipboard' in navigator) {
  copy.hidden = false;
  copy.addEventListener('click', () => void copyLine(copy));
}

async function look(): Promise<void> {
  if (!document.hidden) {
    try {
      const answer = await fetch(status!.dataset.firstVisit!, { headers: { Accept: 'application/json' } });
      if (answer.redirected || !answer.ok) return; // logged out, or no longer allowed: a reload says which
      const found = (await answer.json()) as { seen: boolean; host: string };
      if (found.seen) return show(found.host);
    } catch {
      // The network is away; the next round tries again.
    }
  }
  setTimeout(look, PAUSE);
}

function show(host: string): void {
  status!.textContent = host ? `First visit seen on ${host}.` : 'First visit seen.';
  status!.classList.add('note-success');
}

async function copyLine(button: HTMLButtonElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(button.dataset.copy ?? '');
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Select the line and copy it by hand';
  }
}

export {};
