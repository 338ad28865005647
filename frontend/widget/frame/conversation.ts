/**
 * What there is from the first letter on: what is said and being said, the link that carries it, and what shows that something
 * does not work, for without a network it is too late to fetch that.
 */
import answers from './css/answers.css';
import messages from './css/message.css';
import thread from './css/thread.css';
import trouble from './css/trouble.css';
import { wear } from './lazy.ts';

export { createTimeline } from '../../shared/timeline.ts';
export { watchAttention } from './attention.ts';
export { Banner } from './ui/Banner.tsx';
export { Failure } from './ui/Failure.tsx';
export { Latest } from './ui/Latest.tsx';
export { Thread } from './ui/Thread.tsx';
export { Unavailable } from './ui/Unavailable.tsx';
export { createWire } from './wire.ts';

wear(thread + messages + answers + trouble);
