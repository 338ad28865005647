/** The parts of the window that are fetched when they are first shown (lazy.ts). */
import { getFiles } from '../attaching.ts';
import { fetchConversation } from '../chat.ts';
import { lazy, once } from '../lazy.ts';
import { TOOLS } from '../words.ts';

const fetchConsent = once(() => import('../consent.tsx'));
const fetchWriting = once(() => import('../writing.ts'));

/** Where nothing is asked first, they come with the document (widget/pages/frame.py). */
export const Footer = lazy(() => fetchWriting().then(({ Footer }) => Footer));
export const Welcome = lazy(() => fetchWriting().then(({ Welcome }) => Welcome));
export const Thread = lazy(() => fetchConversation().then(({ Thread }) => Thread));
export const Files = lazy(() => getFiles().then(({ Files }) => Files));
export const Sources = lazy(() => import('../thumbs.ts').then(({ Sources }) => Sources));
export const Contact = lazy(() => import('../contact.ts').then(({ create }) => create(TOOLS)));
/** It looks like the other one. */
export const FirstForm = lazy(() => Promise.all([import('../forms.tsx'), fetchConsent()]).then(([{ FirstForm }]) => FirstForm));
export const Consent = lazy(() => fetchConsent().then(({ Consent }) => Consent));
export const Ending = lazy(() => import('../ending.tsx').then(({ Ending }) => Ending));
export const Emoji = lazy(() => import('../emoji.tsx').then(({ Emoji }) => Emoji));
export const Banner = lazy(() => fetchConversation().then(({ Banner }) => Banner));
export const Failure = lazy(() => fetchConversation().then(({ Failure }) => Failure));
export const Latest = lazy(() => fetchConversation().then(({ Latest }) => Latest));
export const Unavailable = lazy(() => fetchConversation().then(({ Unavailable }) => Unavailable));

/** What only a conversation needs. Where there may be one, or somebody begins to write, it is fetched while the network is there. */
export function prepareToTalk(): void {
  Thread.fetch();
  Banner.fetch();
}
