/** The staff's inbox at /live-chat/. */
import { render } from 'preact';

import { showCount } from './alerts/title.ts';
import { readBoot } from './boot.ts';
import { listenForKeys } from './commands.ts';
import { inboxCommands } from './inbox_commands.ts';
import { createInbox } from './inbox_state.ts';
import { startTicking } from './time.ts';
import { App } from './ui/App.tsx';
import { warmUp } from './ui/lazy_dialogs.tsx';

const inbox = createInbox(readBoot(document));
const commands = inboxCommands(inbox);

render(<App desk={{ ...inbox, commands }} />, document.getElementById('app')!);
listenForKeys(commands, () => inbox.preferences.shortcuts.peek());
showCount(inbox.counts);
startTicking();
warmUp();
