import { boot, text } from '../boot.ts';

export function Unavailable() {
  return (
    <div class="unavailable" role="alert">
      <p>{text('unavailable')}</p>
      {boot.mail && (
        <p>
          {text('write_instead')} <a href={`mailto:${boot.mail}`}>{boot.mail}</a>
        </p>
      )}
    </div>
  );
}
