/** Markdown, the style of what it becomes, and how it is read aloud: fetched together, with the first message that needs them. */
import style from './css/rich.css';

export { createMarkdown } from '../../shared/md.ts';
export { plainText } from '../../shared/plain.ts';

const sheet = new CSSStyleSheet();
sheet.replaceSync(style);
document.adoptedStyleSheets.push(sheet);
