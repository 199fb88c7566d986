import type { ServingName } from '../../../../serving-configs/index.ts';
import { shellWord } from '../../../../serving-configs/options/shell-word.ts';
import { groupBy } from '../../analysis/group-by.ts';
import { BenchError } from '../../model/errors.ts';
import type { LeftOut, LocalRuntime, Plan, ServedBy } from '../../model/plan.ts';
import { reasonOf, reasonWithSetup, servedByOf, type RuntimeEntry } from './runtime.ts';

export interface ChosenServings {
  /** The servings that the runtime can run. */
  readonly servings: readonly ServingName[];
  /** Undefined for the simulated server, which answers for all of them. */
  readonly served?: NonNullable<Plan['served']>;
  readonly leftOut: readonly LeftOut[];
}

const remedy = (
  runtime: LocalRuntime,
  missing: readonly ServingName[],
  impossible: readonly ServingName[],
  config: string | undefined,
): string => {
  const which = runtime === 'docker' ? ' --runtime docker' : '';
  const named = config === undefined ? '' : ` --config ${shellWord(config)}`;
  const install = `npx serving-compare setup${which} --servings ${missing.join(',')}${named}`;
  const parts = [
    ...(missing.length === 0 ? [] : [install]),
    ...(impossible.length === 0 ? [] : [`choose others than ${impossible.join(', ')}`]),
  ];
  return parts.join('; ');
};

const namesOf = (
  entries: readonly RuntimeEntry[],
  state: RuntimeEntry['state'],
): readonly ServingName[] =>
  entries.filter((entry) => entry.state === state).map(({ serving }) => serving);

const reasonsOf = (entries: readonly RuntimeEntry[]): string =>
  [...groupBy(entries, reasonOf)]
    .map(([reason, group]) => `${group.map(({ serving }) => serving).join(', ')}: ${reason}`)
    .join('; ');

/** The error that servings cannot run here, with the commands that change it. */
const notRunnable = (
  which: string,
  runtime: LocalRuntime,
  absent: readonly RuntimeEntry[],
  config: string | undefined,
): BenchError => {
  const installable = absent.filter((entry) => entry.setupCommand !== undefined);
  const hint = remedy(
    runtime,
    namesOf(installable, 'not-installed'),
    namesOf(absent, 'impossible'),
    config,
  );
  return new BenchError(
    'BENCH_NOT_RUNNABLE',
    `--runtime ${runtime} cannot run ${which} here: ${reasonsOf(absent)}`,
    // Other reasons say themselves what to do.
    { hint: hint === '' ? undefined : hint },
  );
};

/** Divides wanted servings into those that are installed and the others. */
const divide = (wanted: readonly ServingName[], entries: readonly RuntimeEntry[]) => {
  const candidates = wanted.map(
    (serving): RuntimeEntry =>
      entries.find((entry) => entry.serving === serving) ?? { serving, state: 'impossible' },
  );
  return {
    here: candidates.filter(({ state }) => state === 'installed'),
    absent: candidates.filter(({ state }) => state !== 'installed'),
  };
};

const servedBy = (here: readonly RuntimeEntry[]): NonNullable<Plan['served']> =>
  Object.fromEntries(here.map((entry) => [entry.serving, servedByOf(entry)]));

/**
 * Chooses those of the wanted servings that can run here.
 *
 * @param entries what the runtime can run; the simulated server runs all servings, and running servers too
 * @param config value of `--config`, for the hint
 * @throws BenchError if no serving can run.
 */
export const chooseServings = (
  wanted: readonly ServingName[],
  runtime: LocalRuntime,
  entries: readonly RuntimeEntry[],
  config?: string,
): ChosenServings => {
  if (runtime === 'simulated') return { servings: wanted, leftOut: [] };
  const { here, absent } = divide(wanted, entries);
  if (here.length === 0 && absent.length > 0) {
    throw notRunnable('any serving', runtime, absent, config);
  }
  return {
    servings: here.map(({ serving }) => serving),
    served: servedBy(here),
    leftOut: absent.map((entry) => ({ serving: entry.serving, reason: reasonWithSetup(entry) })),
  };
};

/**
 * Makes sure that servings that the user named can all run here; the parameters are those of {@link chooseServings}.
 *
 * @throws BenchError if one cannot.
 */
export const requireServings = (...asked: Parameters<typeof chooseServings>): ChosenServings => {
  const [named, runtime, entries, config] = asked;
  const { absent } = divide(named, entries);
  if (runtime === 'simulated' || absent.length === 0) return chooseServings(...asked);
  const which = absent.length === 1 ? 'this serving' : 'these servings';
  throw notRunnable(which, runtime, absent, config);
};

const FACTS = [
  'platform',
  'engine',
  'real',
  'image',
  'accelerator',
] as const satisfies readonly (keyof ServedBy)[];

/** @throws BenchError if a server of the plan is missing here, or differs from the one that the run began with. */
export const assertSameServed = (
  { served = {}, runtime }: Pick<Plan, 'served' | 'runtime'>,
  entries: readonly RuntimeEntry[],
): void => {
  const planned = (Object.keys(served) as ServingName[]).filter(
    (serving) => served[serving]?.running === undefined,
  );
  const local = runtime === 'venv' ? runtime : 'docker';
  const now = requireServings(planned, local, entries).served ?? {};
  for (const serving of planned) {
    const fact = FACTS.find((name) => served[serving]?.[name] !== now[serving]?.[name]);
    if (fact === undefined) continue;
    throw new BenchError(
      'BENCH_OTHER_SOFTWARE',
      `the run cannot be resumed: ${serving} began with ${fact} ${served[serving]?.[fact]}, and here it is ${now[serving]?.[fact]}`,
      { hint: 'install the same software, or start a new run' },
    );
  }
};
