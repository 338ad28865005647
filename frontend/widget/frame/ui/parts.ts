/** The parts of the window that are fetched when they are first shown (lazy.ts). */
import { getFiles } from '../attaching.ts';
import { lazy } from '../lazy.ts';

export const Thread = lazy(() => import('../thread.ts').then(({ Thread }) => Thread));
export const Files = lazy(() => getFiles().then(({ Files }) => Files));
export const Sources = lazy(() => import('../thumbs.ts').then(({ Sources }) => Sources));
export const Banner = lazy(() => import('../trouble.ts').then(({ Banner }) => Banner));
export const Failure = lazy(() => import('../trouble.ts').then(({ Failure }) => Failure));
export const Unavailable = lazy(() => import('../trouble.ts').then(({ Unavailable }) => Unavailable));
