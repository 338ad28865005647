/** What staff and AI have written, as it is shown. */
import { createElement } from 'preact';

import { isHarmless } from '../../../shared/links.ts';
import { createMarkdown } from '../../../shared/md.ts';

export const markdown = createMarkdown({ h: createElement, isHarmless });
