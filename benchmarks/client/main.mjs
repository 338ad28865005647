// The external client of the benchmark, the same for everybody who is measured. It knows the wire only.
// The first line of stdin is a plan (see ../driver.py); the last line of stdout is the result. Both are JSON.
import { createInterface } from 'node:readline';
import { accepts } from './accepts.mjs';
import { answers } from './answers.mjs';
import { bursts, pacing, pings } from './bursts.mjs';
import { delivery } from './delivery.mjs';
import { fanout } from './fanout.mjs';
import { inbox } from './inbox.mjs';
import { resume } from './resume.mjs';
import { OPTIONS } from './sockets.mjs';
import { throughput } from './throughput.mjs';
import { updates } from './updates.mjs';

const messages = { answers, bursts, delivery, fanout, throughput, updates };
const others = { accepts, inbox, pacing, pings, resume };
const scenarios = { ...messages, ...others };
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const hear = async () => (await lines.next()).value;

const plan = JSON.parse(await hear());
if (plan.trusts_all) OPTIONS.rejectUnauthorized = false; // a proxy on this machine, with a certificate of its own
const result = await scenarios[plan.scenario](plan, { say, hear });
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
