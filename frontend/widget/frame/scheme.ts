/** Light or dark: as the page wants it, else as the visitor's system has it. */
import type { ColorScheme } from '../port.ts';

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
let wanted: ColorScheme = 'auto';

export function setColorScheme(scheme: unknown): void {
  wanted = scheme === 'light' || scheme === 'dark' ? scheme : 'auto';
  apply();
}

function apply(): void {
  const isDark = wanted === 'auto' ? systemIsDark.matches : wanted === 'dark';
  document.documentElement.dataset['scheme'] = isDark ? 'dark' : 'light';
}

systemIsDark.addEventListener('change', apply);
apply();
