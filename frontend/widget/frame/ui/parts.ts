/** The parts of the window that are fetched when they are first shown (lazy.ts). */
import { getFiles } from '../attaching.ts';
import { lazy } from '../lazy.ts';
import { TOOLS } from '../words.ts';

export const Thread = lazy(() => import('../thread.ts').then(({ Thread }) => Thread));
export const Files = lazy(() => getFiles().then(({ Files }) => Files));
export const Sources = lazy(() => import('../thumbs.ts').then(({ Sources }) => Sources));
export const Contact = lazy(() => import('../contact.ts').then(({ create }) => create(TOOLS)));
export const FirstForm = lazy(() => import('../forms.tsx').then(({ FirstForm }) => FirstForm));
export const Consent = lazy(() => import('../forms.tsx').then(({ Consent }) => Consent));
export const Ending = lazy(() => import('../ending.tsx').then(({ Ending }) => Ending));
export const Emoji = lazy(() => import('../emoji.tsx').then(({ Emoji }) => Emoji));
export const Banner = lazy(() => import('../trouble.ts').then(({ Banner }) => Banner));
export const Failure = lazy(() => import('../trouble.ts').then(({ Failure }) => Failure));
export const Latest = lazy(() => import('../trouble.ts').then(({ Latest }) => Latest));
export const Unavailable = lazy(() => import('../trouble.ts').then(({ Unavailable }) => Unavailable));
