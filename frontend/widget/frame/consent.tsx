/** Consent, asked for before anything is stored, and what everything looks like that is asked on a card. */
import { isHarmless } from '../../shared/links.ts';
import { boot, text } from './boot.ts';
import style from './css/consent.css';
import { wear } from './lazy.ts';
import { wantFocus } from './link.ts';
import type { Visitor } from './visitor.ts';

wear(style);

export function Consent({ visitor }: { visitor: Visitor }) {
  const { link, link_text, text: words } = boot.consent!;
  return (
    <section class="form-card" aria-labelledby="consent">
      <h2 id="consent">{text('consent')}</h2>
      <p dir="auto">{words || text('consent_text')}</p>
      {isHarmless(link) && (
        <p>
          <a href={link} target="_blank" rel="noopener noreferrer">
            {link_text || text('consent_link')}
          </a>
        </p>
      )}
      <button
        type="button"
        class="form-button"
        onClick={() => {
          visitor.consent(true);
          wantFocus();
        }}
      >
        {text('consent_agree')}
      </button>
    </section>
  );
}
