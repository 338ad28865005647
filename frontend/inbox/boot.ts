/** What the server wrote into the page: who is looking, what they may see, and where things are. */

export interface Website {
  readonly id: number;
  readonly name: string;
  readonly website_key: string;
  /** Switched off, visitors cannot open its chat. */
  readonly is_active: boolean;
  readonly ai_enabled: boolean;
  readonly assistant_name: string;
  /** After which staff is e-mailed that nobody claims; 0: never. */
  readonly unclaimed_minutes: number;
  /** Its picture, which stands beside what its assistant says; empty where there is none. */
  readonly avatar_url: string;
  /** Whether a model can put texts into other words. */
  readonly rewrites: boolean;
}

export interface Boot {
  readonly user: {
    readonly id: number;
    readonly name: string;
    readonly email: string;
    readonly avatar_url: string;
    readonly is_away: boolean;
    readonly away_from: readonly number[];
  };
  readonly websites: readonly Website[];
  readonly csrf: string;
  /** The cookie's value is newer than the page's when somebody logged in again in another tab. */
  readonly csrf_cookie: string;
  readonly sends_mail: boolean;
  /** In which e-mails can be written: tag and name. */
  readonly mail_languages: readonly (readonly [string, string])[];
  readonly upload: { readonly max_bytes: number; readonly max_files: number; readonly accept: string };
  /** The server's clock when it made the page, ISO 8601. */
  readonly now: string;
  readonly public_url: string;
  readonly ws_url: string;
  readonly login_url: string;
  readonly logout_url: string;
  /** What `websites` are now. */
  readonly websites_url: string;
  /** Oneself: log-in, teams. */
  readonly account_url: string;
  readonly mails_url: string;
  /** Where websites are set up; null for who may not. */
  readonly manage_url: string | null;
}

export function readBoot(document: Document): Boot {
  const text = document.getElementById('boot')?.textContent;
  if (!text) throw new Error('The page carries no boot data.');
  return JSON.parse(text) as Boot;
}
