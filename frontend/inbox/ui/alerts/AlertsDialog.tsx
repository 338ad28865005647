/** How one hears of visitors, and whether that works here: every alert has a button that tries it. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';

import type { Permission } from '../../alerts/desktop.ts';
import { tryTitle } from '../../alerts/title.ts';
import { useDesk } from '../context.ts';
import { Icon } from '../Icon.tsx';
import { Toggle } from '../UserMenu.tsx';

export function AlertsDialog({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="merge alerts" aria-labelledby="alerts-title" onClose={close}>
      <header class="canned-head">
        <h2 id="alerts-title">Alerts</h2>
        <button type="button" class="button-icon" aria-label="Close" onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </header>
      <Speaker />
      <SoundAlert />
      <DesktopAlert />
      <TabAlert />
      <MailAlert />
    </dialog>
  );
}

function Part({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <section class="alerts-part">
      <h3>{name}</h3>
      {children}
    </section>
  );
}

/** A line that says how it stands, by a word and not by colour only. */
function State({ isGood, children }: { isGood: boolean; children: ComponentChildren }) {
  return (
    <p class={isGood ? 'alerts-state alerts-good' : 'alerts-state'} role="status">
      <Icon name={isGood ? 'check' : 'info'} />
      <span>{children}</span>
    </p>
  );
}

function Speaker() {
  const { speaking } = useDesk();
  const isThis = speaking.tabs.speaks.value;
  return (
    <State isGood={isThis}>
      {isThis ? 'This tab speaks for all that you have open here.' : 'Another tab speaks, so that nothing is said twice. Trying out works here all the same.'}
    </State>
  );
}

function SoundAlert() {
  const { preferences, speaking } = useDesk();
  const isUnlocked = speaking.sound.isUnlocked.value;
  return (
    <Part name="Sound">
      <Toggle label="Sound for new messages" value={preferences.sound} />
      <Toggle label="Ring until somebody claims" value={preferences.ring} />
      <label class="alerts-volume">
        <span>Volume</span>
        <input
          type="range"
          min="0"
          max="1"
          step="0.05"
          value={preferences.volume.value}
          aria-valuetext={`${Math.round(preferences.volume.value * 100)} %`}
          onChange={(event) => (preferences.volume.value = Number(event.currentTarget.value))}
        />
      </label>
      <State isGood={isUnlocked && preferences.volume.value > 0}>
        {isUnlocked ? (preferences.volume.value > 0 ? 'The browser lets this page sound.' : 'The volume is at nothing.') : 'Touch the page once: until then browsers forbid sound.'}
      </State>
      <button type="button" class="button button-small" onClick={() => speaking.sound.test()}>
        Play it
      </button>
    </Part>
  );
}

const PERMISSIONS: Record<Permission, string> = {
  granted: 'The browser lets this page notify you.',
  default: 'The browser will ask you when you switch this on.',
  denied: 'The browser forbids it. Allow notifications for this address in its settings, then come back.',
  missing: 'This browser has no notifications here; they need https.',
};

function DesktopAlert() {
  const { preferences, speaking } = useDesk();
  const outcome = useSignal('');
  const { desktop } = speaking;
  const permission = desktop.permission.value;
  const choose = async (isOn: boolean): Promise<void> => {
    preferences.desktop.value = isOn && (await desktop.ask()) === 'granted';
  };
  const show = async (): Promise<void> => {
    const isShown = await desktop.show({ title: 'Vera asks for a person', body: 'This is how it looks.', tag: '' });
    outcome.value = isShown ? 'Sent. If you see nothing, your system holds it back (do not disturb, focus).' : 'It could not be shown.';
  };
  return (
    <Part name="Desktop notifications">
      <label class="menu-item toggle">
        <span>When this page is hidden or shows another conversation</span>
        <input type="checkbox" role="switch" checked={preferences.desktop.value} onChange={(event) => void choose(event.currentTarget.checked)} />
      </label>
      <State isGood={permission === 'granted'}>{outcome.value || PERMISSIONS[permission]}</State>
      <button type="button" class="button button-small" disabled={permission !== 'granted'} onClick={() => void show()}>
        Show one
      </button>
    </Part>
  );
}

function TabAlert() {
  return (
    <Part name="Title and badge of this tab">
      <p class="quiet">The number of visitors who wait, and a dot on the tab’s picture. An installed page has it on its icon, too.</p>
      <button type="button" class="button button-small" onClick={tryTitle}>
        Show for five seconds
      </button>
    </Part>
  );
}

function MailAlert() {
  const { away, boot, directory } = useDesk();
  useEffect(directory.members.want, []);
  const mine = directory.members.all.value.find((member) => member.id === boot.user.id);
  const told = boot.websites.filter((website) => website.unclaimed_minutes > 0);
  return (
    <Part name="E-mail when nobody claims in time">
      <label class="menu-item toggle">
        <span>To {boot.user.email}</span>
        <input type="checkbox" role="switch" disabled={!mine} checked={mine?.unclaimed_mail ?? false} onChange={(event) => void away.setMail(event.currentTarget.checked)} />
      </label>
      <label class="alerts-language">
        <span>In</span>
        <select
          class="detail-select"
          aria-label="Language of these e-mails"
          disabled={!mine}
          value={mine?.mail_language || 'en'}
          onChange={(event) => void away.setMailLanguage(event.currentTarget.value)}
        >
          {boot.mail_languages.map(([tag, name]) => (
            <option key={tag} value={tag}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <State isGood={boot.sends_mail && told.length > 0}>{boot.sends_mail ? timesOf(told) : 'This installation sends no e-mail; its operator can set EMAIL_URL.'}</State>
      <p>
        <a href={boot.mails_url}>New conversations and digests by e-mail: choose which you get</a>
      </p>
    </Part>
  );
}

function timesOf(websites: readonly { name: string; unclaimed_minutes: number }[]): string {
  if (!websites.length) return 'None of your websites asks for it.';
  return `${websites.map((one) => `${one.name} after ${one.unclaimed_minutes} min`).join(', ')}.`;
}
