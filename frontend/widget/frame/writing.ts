/** What one begins with: questions to choose from, and where to write. Not for whom a form or a question for consent comes first. */
import composer from './css/composer.css';
import welcome from './css/welcome.css';
import { wear } from './lazy.ts';

export { Footer } from './ui/Footer.tsx';
export { Welcome } from './ui/Welcome.tsx';

wear(composer + welcome);
