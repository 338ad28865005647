/** Oneself: settings of this browser, and the way out. */
import type { Signal } from '@preact/signals';

import { Avatar } from './Avatar.tsx';
import { useDesk } from './context.ts';
import { openAlerts, openCannedReplies, openHours, openPicture } from './lazy_dialogs.tsx';
import { openSheet } from './ShortcutSheet.tsx';

export function UserMenu({ place }: { place: 'rail' | 'list' }) {
  const { away, boot, picture, preferences, toasts } = useDesk();
  const id = `user-menu-${place}`;
  return (
    <div class={`user-menu user-menu-in-${place}`}>
      <button type="button" class="user-button" popovertarget={id} title={boot.user.name}>
        <Avatar name={boot.user.name} seed={String(boot.user.id)} image={picture.address.value} size="small" />
        {away.isAway.value && <span class="away-dot" />}
        <span class="sr-only">
          Your menu, {boot.user.name}
          {away.isAway.value ? ', away' : ''}
        </span>
      </button>
      <div id={id} popover class="menu">
        <p class="menu-head">
          <b>{boot.user.name}</b>
          <span>{boot.user.email}</span>
        </p>
        <label class="menu-item toggle">
          <span>Away: no conversations are given to me</span>
          <input type="checkbox" role="switch" checked={away.isAway.value} onChange={(event) => void away.set(event.currentTarget.checked)} />
        </label>
        {boot.websites.length > 1 && !away.isAway.value && <AwayFrom />}
        <button type="button" class="menu-item" popovertarget={id} popovertargetaction="hide" onClick={() => openHours(toasts)}>
          Your hours…
        </button>
        <hr />
        <Toggle label="Sound for new messages" value={preferences.sound} />
        <button type="button" class="menu-item" popovertarget={id} popovertargetaction="hide" onClick={() => openAlerts(toasts)}>
          Alerts: set up and try…
        </button>
        <Toggle label="Enter sends" value={preferences.enterSends} />
        <Toggle label="Keyboard shortcuts" value={preferences.shortcuts} />
        <Toggle label="Print frames to the console" value={preferences.debug} />
        <hr />
        <button type="button" class="menu-item" popovertarget={id} popovertargetaction="hide" onClick={() => openPicture(toasts)}>
          Your picture…
        </button>
        <button type="button" class="menu-item" popovertarget={id} popovertargetaction="hide" onClick={() => openCannedReplies(toasts)}>
          Canned replies
        </button>
        <button type="button" class="menu-item" popovertarget={id} popovertargetaction="hide" onClick={openSheet}>
          All keyboard shortcuts
        </button>
        {boot.manage_url && (
          <a class="menu-item" href={boot.manage_url}>
            Settings of your websites
          </a>
        )}
        <a class="menu-item" href={boot.account_url}>
          Your account and log-in
        </a>
        <form method="post" action={boot.logout_url}>
          <input type="hidden" name="csrfmiddlewaretoken" value={boot.csrf} />
          <button type="submit" class="menu-item">
            Log out
          </button>
        </form>
      </div>
    </div>
  );
}

/** Who works for several websites may rest from some. */
function AwayFrom() {
  const { away, boot } = useDesk();
  return (
    <details class="away-from">
      <summary class="menu-item">Away from some websites</summary>
      {boot.websites.map((website) => (
        <label key={website.id} class="menu-item toggle">
          <span>Away from {website.name}</span>
          <input
            type="checkbox"
            role="switch"
            checked={away.from.value.includes(website.id)}
            onChange={(event) => void away.setFrom(website.id, event.currentTarget.checked)}
          />
        </label>
      ))}
    </details>
  );
}

export function Toggle({ label, value }: { label: string; value: Signal<boolean> }) {
  return (
    <label class="menu-item toggle">
      <span>{label}</span>
      <input type="checkbox" role="switch" checked={value.value} onChange={(event) => (value.value = event.currentTarget.checked)} />
    </label>
  );
}
