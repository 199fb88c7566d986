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

/**
 * Chooses those of the wanted servings that can run here.
 *
 * @param entries what the runtime can run; the simulated server runs all servings, and running servers too
 * @param strict whether the user named each serving, so that all of them must run
 * @param config value of `--config`, for the hint
 * @throws BenchError if no serving can run, or with `strict`, if one cannot.
 */
export const chooseServings = (
  wanted: readonly ServingName[],
  runtime: LocalRuntime,
  entries: readonly RuntimeEntry[],
  strict: boolean,
  config?: string,
): ChosenServings => {
  if (runtime === 'simulated') return { servings: wanted, leftOut: [] };
  const candidates = wanted.map(
    (serving): RuntimeEntry =>
      entries.find((entry) => entry.serving === serving) ?? { serving, state: 'impossible' },
  );
  const here = candidates.filter(({ state }) => state === 'installed');
  const absent = candidates.filter(({ state }) => state !== 'installed');
  if (absent.length > 0 && (strict || here.length === 0)) {
    const these = absent.length === 1 ? 'this serving' : 'these servings';
    const what = `cannot run ${strict ? these : 'any serving'} here`;
    throw new BenchError(
      'BENCH_NOT_RUNNABLE',
      `--runtime ${runtime} ${what}: ${reasonsOf(absent)}`,
      {
        // Other reasons say themselves what to do.
        hint:
          remedy(
            runtime,
            namesOf(
              absent.filter((entry) => entry.setupCommand !== undefined),
              'not-installed',
            ),
            namesOf(absent, 'impossible'),
            config,
          ) || undefined,
      },
    );
  }
  return {
    servings: here.map(({ serving }) => serving),
    served: Object.fromEntries(here.map((entry) => [entry.serving, servedByOf(entry)])),
    leftOut: absent.map((entry) => ({ serving: entry.serving, reason: reasonWithSetup(entry) })),
  };
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
  const now = chooseServings(planned, local, entries, true).served ?? {};
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
