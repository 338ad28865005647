/** Shows what is typed in the chat beside the form. Without it, the button "Show" does the same. */

const PAUSE_MS = 300;
/** The window comes in after its page has loaded; until then the last one stays in view. */
const SETTLE_MS = 450;
const LONGEST_MS = 4000;

const form = document.querySelector<HTMLFormElement>('[data-draft]')!;
const stage = form.querySelector<HTMLElement>('[data-stage]')!;
const problem = form.querySelector<HTMLElement>('[data-problem]')!;
const contrast = form.querySelector<HTMLElement>('[data-contrast]')!;
let timer: ReturnType<typeof setTimeout>;
let asked = 0;

form.querySelector<HTMLElement>('[data-show]')!.hidden = true;
form.addEventListener('input', later);
form.addEventListener('change', later);
later(); // Rows that a button has added are not stored yet.

function later(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void draw(), PAUSE_MS);
}

async function draw(): Promise<void> {
  const mine = ++asked;
  try {
    const answer = await fetch(form.dataset['draft']!, { method: 'POST', body: new FormData(form), headers: { Accept: 'application/json' } });
    if (mine !== asked) return;
    if (answer.redirected) return say('You are logged out. Load this page again.');
    const { address, contrast: said, problem: why } = (await answer.json()) as { address?: string; contrast?: string; problem?: string };
    if (mine !== asked) return;
    if (!address) return say(`Not shown: ${why}`);
    say('');
    contrast.textContent = said!;
    swap(address, mine);
  } catch {
    if (mine === asked) say('The preview could not be fetched. Saving may work all the same.');
  }
}

function say(text: string): void {
  problem.textContent = text;
}

/** The next one is loaded behind the present one, so that nothing flickers while one types. */
function swap(address: string, mine: number): void {
  const next = document.createElement('iframe');
  next.title = 'Preview of the chat';
  next.className = 'studio-coming';
  next.tabIndex = -1;
  next.src = address;
  let isIn = false;
  const come = (): void => {
    if (isIn) return;
    isIn = true;
    if (mine !== asked) return next.remove();
    for (const other of stage.querySelectorAll('iframe')) if (other !== next) other.remove();
    next.className = '';
    next.removeAttribute('tabindex');
  };
  next.addEventListener('load', () => setTimeout(come, SETTLE_MS));
  setTimeout(come, LONGEST_MS);
  for (const old of stage.querySelectorAll('.studio-coming')) old.remove();
  stage.append(next);
}
