import { meanOf } from '../../../lib/bench/stats/moments.ts';
import type { Case } from './cases.ts';
import { runLoad } from './load.ts';
import type { Load } from './load.ts';
import { residentBytesOf } from './processes.ts';
import type { Started } from './processes.ts';

const CLIENTS = 64;
const STEP_SECONDS = 10;

export interface Soak {
  readonly middleware: Started;
  readonly cases: readonly Case[];
  readonly loadOf: (path: Case) => Load;
  readonly minutes: number;
  readonly say: (text: string) => void;
}

/** Sends load of 64 clients on all paths in turn and prints the memory. It is flat if the second half is at most 5 % above the first. */
export const soak = async ({ middleware, cases, loadOf, minutes, say }: Soak): Promise<void> => {
  const residentMb: number[] = [];
  const steps = Math.ceil((minutes * 60) / STEP_SECONDS);
  for (let step = 0; step < steps; step += 1) {
    const path = cases[step % cases.length];
    if (path === undefined) throw new Error('no case to run');
    const load = { ...loadOf(path), clients: CLIENTS, seconds: STEP_SECONDS };
    const { perSecond, failures } = await runLoad(load);
    const now = residentBytesOf(middleware.pid) / 2 ** 20;
    residentMb.push(now);
    say(
      `${String((step + 1) * STEP_SECONDS).padStart(4)} s  ${now.toFixed(0).padStart(5)} MB  ${perSecond.toFixed(0).padStart(5)} req/s  ${failures} failures  ${path.name}`,
    );
  }
  // The first turn through all paths fills pools and heaps, so it does not count.
  const turns = residentMb.slice(cases.length);
  const half = Math.floor(turns.length / 2);
  const [early, late] = [meanOf(turns.slice(0, half)), meanOf(turns.slice(half))];
  const growth = (late / early - 1) * 100;
  say(
    `Memory of ${CLIENTS} clients: ${early.toFixed(0)} MB in the first half, ${late.toFixed(0)} MB in the second, ${growth.toFixed(1)} %: ${growth <= 5 ? 'flat (met)' : 'it grows (not met)'}.`,
  );
};
