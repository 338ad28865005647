/** When something was said, in the language of the chat and by the server's time. */
import { createClock } from '../../shared/time.ts';
import { boot } from './boot.ts';
import { now } from './now.ts';

export const clock = createClock(boot.language, now);
