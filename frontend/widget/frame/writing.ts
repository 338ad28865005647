/** What one begins with: questions to choose from, and where to write. Not for whom a form or a question for consent comes first. */
import composer from './css/composer.css';
import welcome from './css/welcome.css';
import { wear } from './lazy.ts';
import { addShapes } from './ui/icons.tsx';

export { Footer } from './ui/Footer.tsx';
export { Welcome } from './ui/Welcome.tsx';

wear(composer + welcome);
addShapes({
  plus: 'M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z',
  send: 'M12 4l7 7-1.4 1.4L13 7.8V20h-2V7.8l-4.6 4.6L5 11z',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm0 2c-4 0-7 2-7 4.5V20h14v-1.5c0-2.5-3-4.5-7-4.5z',
  arrow: 'M9.3 6.7 14.6 12l-5.3 5.3 1.4 1.4L17.4 12l-6.7-6.7z',
});
