/**
 * What there is from the first letter on: what is said and being said, the link that carries it, and what shows that something
 * does not work, for without a network it is too late to fetch that.
 */
import answers from './css/answers.css';
import messages from './css/message.css';
import thread from './css/thread.css';
import trouble from './css/trouble.css';
import { wear } from './lazy.ts';
import { addShapes } from './ui/icons.tsx';

export { createTimeline } from '../../shared/timeline.ts';
export { watchAttention } from './attention.ts';
export { Banner } from './ui/Banner.tsx';
export { Failure } from './ui/Failure.tsx';
export { Latest } from './ui/Latest.tsx';
export { Thread } from './ui/Thread.tsx';
export { Unavailable } from './ui/Unavailable.tsx';
export { createWire } from './wire.ts';

wear(thread + messages + answers + trouble);
addShapes({
  stop: 'M8 7h8a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1z',
  down: 'M12 18.5 5.5 12l1.4-1.4L11 14.7V5h2v9.7l4.1-4.1 1.4 1.4z',
  retry: 'M12 5V2L7.5 6.5 12 11V7a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z',
});
