/** What is shown when something does not work. Fetched as soon as there is something to lose, for without a network it is too late. */
import style from './css/trouble.css';
import { wear } from './lazy.ts';

export { Banner } from './ui/Banner.tsx';
export { Latest } from './ui/Latest.tsx';
export { Failure } from './ui/Failure.tsx';
export { Unavailable } from './ui/Unavailable.tsx';

wear(style);
