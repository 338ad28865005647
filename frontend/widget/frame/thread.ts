/** What was said and is being said. Fetched while the session is asked for: before the first line there is nothing to show. */
import answers from './css/answers.css';
import messages from './css/message.css';
import thread from './css/thread.css';
import { wear } from './lazy.ts';

export { Thread } from './ui/Thread.tsx';

wear(thread + messages + answers);
