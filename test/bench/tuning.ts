/**
 * Judges the search for settings on servers whose best settings are computed: `npm run bench:tuning`. Loads are simulated, so that a search
 * takes a second; the search itself, its finals and its verdicts are those of a run.
 */
import { tuningOf } from '../../lib/bench/analysis/tuning/summary.ts';
import { usualSettings } from '../../lib/bench/plan/tuning.ts';
import { createRandom } from '../../lib/bench/stats/random.ts';
import {
  settingsId,
  SINGLE,
  type GivenSettings,
  type Settings,
} from '../../serving-configs/settings.ts';
import { ignoresSettings, simulateBatches, type BatchServer } from '../support/batch-server.ts';
import { measureOn, searched, tunedPlan } from '../support/tuned-plan.ts';

const SEARCHES = Number(process.argv[2] ?? 100);
const ALL: readonly Settings[] = ['default', ...usualSettings(2)];

/** Requests behind each computed share. */
const REQUESTS = 200_000;

/** The rate of random arrivals at which p99 is the limit, by bisection. */
const trueRate = (server: BatchServer, settings: Settings, p99Ms: number): number => {
  let [low, high] = [1, 5000];
  while (high > 1.002 * low) {
    const ratePerSecond = Math.sqrt(low * high);
    const { latenciesMs } = simulateBatches(
      server,
      settings,
      { loop: 'open', ratePerSecond, arrivals: 'poisson' },
      { warmup: 10, window: REQUESTS / ratePerSecond },
      createRandom(5),
    );
    const late = latenciesMs.filter((ms) => ms > p99Ms).length;
    if (late <= 0.01 * latenciesMs.length) low = ratePerSecond;
    else high = ratePerSecond;
  }
  return Math.sqrt(low * high);
};

interface Oracle {
  readonly name: string;
  readonly server: BatchServer;
  readonly p99Ms: number;
}

/** Two instances on two cores that both are busy take longer each. */
const contended = (settings: Settings): GivenSettings =>
  settings === 'default' ? SINGLE : { ...settings, instances: 1 };

const ORACLES: readonly Oracle[] = [
  { name: '4 + k ms', server: { fixedMs: 4, perInputMs: 1 }, p99Ms: 30 },
  { name: '8 + 2 k ms', server: { fixedMs: 8, perInputMs: 2 }, p99Ms: 60 },
  { name: '8 + 2 k ms', server: { fixedMs: 8, perInputMs: 2 }, p99Ms: 100 },
  {
    name: '8 + 2 k ms, instances of no use',
    server: { fixedMs: 8, perInputMs: 2, obeys: contended },
    p99Ms: 100,
  },
  {
    name: '5 ms, ignores its settings',
    server: { fixedMs: 5, perInputMs: 0, obeys: ignoresSettings },
    p99Ms: 100,
  },
];

const percent = (count: number, of: number): string => `${((100 * count) / of).toFixed(0)} %`;

process.stdout.write(
  '| server | limit | best rate | found within 3 % of the best | true rate in the interval, best | all finals | defaults kept | measurements |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n',
);
for (const { name, server, p99Ms } of ORACLES) {
  const rates = new Map(ALL.map((each) => [settingsId(each), trueRate(server, each, p99Ms)]));
  const best = Math.max(...rates.values());
  const counts = { good: 0, bestCovered: 0, covered: 0, finals: 0, kept: 0, measurements: 0 };
  for (let seed = 1; seed <= SEARCHES; seed += 1) {
    const plan = tunedPlan(ALL, { seed, p99Ms });
    const records = searched(plan, measureOn(server, 1000 + seed));
    const [tuned] = tuningOf(plan, records, undefined)?.servers ?? [];
    counts.measurements += records.length;
    if (tuned?.keepsDefault === true) counts.kept += 1;
    for (const { settings, requestRatePerSecond } of tuned?.finals ?? []) {
      const truth = rates.get(settingsId(settings)) ?? Number.NaN;
      const { low = 0, high = 0 } = requestRatePerSecond.interval ?? {};
      const isCovered = low <= truth && truth <= high;
      counts.finals += 1;
      if (isCovered) counts.covered += 1;
      if (settingsId(settings) !== settingsId(tuned?.best.settings ?? 'default')) continue;
      if (isCovered) counts.bestCovered += 1;
      if (truth >= 0.97 * best) counts.good += 1;
    }
  }
  const { good, bestCovered, covered, finals, kept, measurements } = counts;
  process.stdout.write(
    `| ${[name, `${p99Ms} ms`, `${best.toFixed(0)}/s`, percent(good, SEARCHES), percent(bestCovered, SEARCHES), percent(covered, finals), percent(kept, SEARCHES), (measurements / SEARCHES).toFixed(0)].join(' | ')} |\n`,
  );
}
