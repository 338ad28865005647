/** Buttons that copy what stands beside them. They show themselves where that can be done at all. */

const SAID_MS = 2500;

export function offerCopying(root: ParentNode): void {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll<HTMLButtonElement>('[data-copy]')) {
    button.hidden = false;
    button.addEventListener('click', () => void copy(button));
  }
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const said = button.querySelector('[data-said]')!;
  try {
    await navigator.clipboard.writeText(button.dataset['copy']!);
    said.textContent = 'Copied';
  } catch {
    said.textContent = 'Select it and copy it by hand';
  }
  setTimeout(() => (said.textContent = 'Copy'), SAID_MS);
}
