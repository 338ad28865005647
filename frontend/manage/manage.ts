/** What every page of the owners gets: without it each works all the same. */
import { offerCopying } from './copying.ts';
import { sendOnce } from './sending.ts';

offerCopying(document);
sendOnce(document);
