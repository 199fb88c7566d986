import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { type Measurement, rowKey, targetId } from '../../model/measurement.ts';
import type { Plan } from '../../model/plan.ts';
import type { Environment } from '../../model/environment.ts';
import type { RunData } from '../../results/run-folder.ts';
import { machineText, systemText } from '../../wording/machine-text.ts';
import type { RunDifference, Change, ComparedRun, Comparison } from './comparison.ts';
import { BenchError } from '../../model/errors.ts';
import { type MeasuredRow, measurementRecords } from '../records.ts';
import { groupBy } from '../group-by.ts';
import { ANSWERS_NEEDED } from '../../stats/percentile-claim.ts';
import { summarise } from '../summarise.ts';
import type { SummaryRow } from '../summary-row.ts';
import type { Summary } from '../summary.ts';
import { decideTogether, type Decision } from '../../stats/judgement.ts';
import type { ComparedFigure, WithheldReason } from '../verdict-types.ts';
import {
  judgedFigure,
  type Pairing,
  pairRepeats,
  ratioOf,
  repeatReason,
  withheldReason,
} from '../verdicts/pairing.ts';
import {
  pairedDifferences,
  unpairedDifferences,
  estimate,
  type LogRatio,
} from '../../stats/noise.ts';

type ComparedFacts = readonly (readonly [what: string, text: string])[];

const NONE = 'none';
const DIGEST_DIGITS = 12;

const joined = (texts: readonly (string | number)[]): string => [...new Set(texts)].join(', ');

/** The number of images and a digest of their content that does not depend on their order. */
const imagesText = ({ images }: Plan): string => {
  const lines = images.map(({ file, sha256 }) => `${file} ${sha256}`).toSorted();
  const digest = createHash('sha256').update(lines.join('\n')).digest('hex');
  return `${images.length} images, digest ${digest.slice(0, DIGEST_DIGITS)}`;
};

const middlewareText = ({ options }: Plan): string =>
  options.middleware === undefined ? 'default' : JSON.stringify(options.middleware);

const nodesText = ({ aws }: Environment): string =>
  (aws?.pairs ?? [])
    .map(
      ({ pair, serving, middleware }) => `${pair}: ${serving.instanceId} ${middleware.instanceId}`,
    )
    .toSorted()
    .join(', ') || NONE;

/** Facts that must be equal, so that a change is due to the software. */
const fixedFacts = ({ plan, environment }: RunData): ComparedFacts => {
  const { machine, processes } = environment;
  const measured = plan.measurements.filter(({ engine }) => engine !== 'noop');
  const secondsText = (secondsOf: (measurement: Measurement) => number): string =>
    `${joined(measured.map(secondsOf))} s`;
  return [
    ['Model', `${basename(plan.model.file)}, SHA-256 ${plan.model.sha256.slice(0, DIGEST_DIGITS)}`],
    ['Data set', imagesText(plan)],
    ['Runtime', `${plan.runtime} (${plan.where})`],
    ['Machine', machineText(machine)],
    ['Nodes', nodesText(environment)],
    ['Accelerator', environment.aws?.accelerator ?? NONE],
    [
      'Processes',
      `middleware ${processes.middleware}, serving ${processes.serving}, load ${processes.load}`,
    ],
    ['Middleware settings', middlewareText(plan)],
    ['Delay of the serving', `${plan.options.delayMs ?? 0} ms`],
    ['Load generator', plan.options.loadGenerator],
    ['Measuring window', secondsText(({ durationSeconds }) => durationSeconds)],
    ['Warm-up', secondsText(({ warmupSeconds }) => warmupSeconds)],
    ['Timeout', secondsText(({ timeoutMs }) => timeoutMs / 1000)],
  ];
};

/** Facts that may differ, and are often the reason for the comparison. */
const openFacts = ({ plan, environment }: RunData): ComparedFacts => {
  const { machine, versions, commit, aws } = environment;
  return [
    ['System', systemText(machine)],
    ['Commit', commit === null ? NONE : commit.hash + (commit.dirty ? ', changed' : '')],
    ...Object.entries(versions).map(([name, version]) => [`Version of ${name}`, version] as const),
    ...Object.entries(plan.served ?? {}).map(
      ([serving, { platform, engine, image, running }]) =>
        [serving, [platform, running ?? engine, image].filter(Boolean).join(', ')] as const,
    ),
    ...Object.entries(aws?.images ?? {}).map(
      ([name, image]) => [`Container image of ${name}`, image] as const,
    ),
  ];
};

const differing = (before: ComparedFacts, after: ComparedFacts): readonly RunDifference[] => {
  const [earlier, later] = [new Map(before), new Map(after)];
  return [...new Set([...earlier.keys(), ...later.keys()])]
    .map((what) => ({
      what,
      before: earlier.get(what) ?? NONE,
      after: later.get(what) ?? NONE,
    }))
    .filter((fact) => fact.before !== fact.after);
};

/** The differences between two comparable runs that may explain changes. */
const runDifferences = (before: RunData, after: RunData): readonly RunDifference[] =>
  differing(openFacts(before), openFacts(after));

/** The differences between two runs that make them not comparable. */
export const fixedDifferences = (before: RunData, after: RunData): readonly RunDifference[] =>
  differing(fixedFacts(before), fixedFacts(after));

/** A run and its folder. */
export interface NamedRun {
  readonly folder: string;
  readonly data: RunData;
}

interface MeasuredRun extends NamedRun {
  readonly summary: Summary;
  /** The rows with their repeats, by row key, without no-op limits. */
  readonly measuredRows: ReadonlyMap<string, MeasuredRow>;
}

const P95: ComparedFigure = 'p95 response time';

const VALUE_OF: Readonly<Record<ComparedFigure, (row: SummaryRow) => number | undefined>> = {
  'request rate': (row) => row.requestRatePerSecond?.value,
  'median response time': (row) => row.p50Ms?.value,
  'p95 response time': (row) => row.p95Ms?.value,
};

const FIGURES = Object.keys(VALUE_OF) as readonly ComparedFigure[];

const measure = (run: NamedRun): MeasuredRun => {
  const { plan, records } = run.data;
  const summary = summarise(run.data);
  const repeats = groupBy(measurementRecords(plan, records).completed.values(), ({ measurement }) =>
    rowKey(measurement),
  );
  const rows = summary.rows.filter(({ engine }) => engine !== 'noop');
  return {
    ...run,
    summary,
    measuredRows: new Map(
      rows.map((row) => [rowKey(row), { row, repeats: repeats.get(rowKey(row)) ?? [] }]),
    ),
  };
};

/** With several node pairs, the effect of a pair cancels; on one machine, repeats of different runs have nothing in common. */
const differencesIn = ({ environment }: RunData): typeof pairedDifferences =>
  (environment.aws?.pairs.length ?? 1) > 1 ? pairedDifferences : unpairedDifferences;

/** One figure of a row in both runs. */
interface SharedFigure {
  readonly earlier: MeasuredRow;
  readonly later: MeasuredRow;
  readonly figure: ComparedFigure;
  readonly pairing: Pairing;
  /** Why the change cannot be judged; undefined if it can. */
  readonly withheld: WithheldReason | undefined;
}

const p95Reason = (measuredRows: readonly MeasuredRow[]): WithheldReason | undefined => {
  const counts = measuredRows.flatMap(({ repeats }) =>
    repeats.map(({ load }) => load.latency.count),
  );
  const fewest = Math.min(...counts);
  return fewest < ANSWERS_NEEDED.p95 ? { code: 'few-answers', answers: fewest } : undefined;
};

/** The figures that both runs have: for each row, the judged figure and p95. */
const sharedFigures = (before: MeasuredRun, after: MeasuredRun): readonly SharedFigure[] =>
  [...after.measuredRows].flatMap(([key, later]) => {
    const earlier = before.measuredRows.get(key);
    if (earlier === undefined) return [];
    const rowReason =
      withheldReason(earlier, before.summary, 'before') ??
      withheldReason(later, after.summary, 'after');
    return [judgedFigure(later.row.level), P95].map((figure) => {
      const pairing = pairRepeats(figure, later, earlier, differencesIn(after.data));
      const withheld =
        rowReason ??
        repeatReason(pairing) ??
        (figure === P95 ? p95Reason([earlier, later]) : undefined);
      return { earlier, later, figure, pairing, withheld };
    });
  });

/** Estimates ratios with the noise of each target over its rows. */
const ratiosOf = (
  figures: readonly SharedFigure[],
): readonly (readonly [SharedFigure, LogRatio])[] => {
  const targets = [...groupBy(figures, ({ later }) => targetId(later.row.target))];
  const estimates = estimate(
    targets.map(([target, group]) => ({
      first: `after ${target}`,
      second: `before ${target}`,
      levels: new Map(group.map(({ later, pairing }) => [rowKey(later.row), pairing.differences])),
    })),
  );
  return targets.flatMap(([, group], index) =>
    group.flatMap((shared) => {
      const ratio = estimates[index]?.levels.get(rowKey(shared.later.row));
      return ratio === undefined ? [] : [[shared, ratio] as const];
    }),
  );
};

/** Decides all p95s together, and all other figures together. */
const decisionsOn = (figures: readonly SharedFigure[]): ReadonlyMap<SharedFigure, Decision> => {
  const comparable = figures.filter(({ withheld }) => withheld === undefined);
  const ratiosOfFigure = (name: ComparedFigure) =>
    ratiosOf(comparable.filter(({ figure }) => figure === name));
  const otherFigures = FIGURES.filter((name) => name !== P95);
  return new Map(
    [ratiosOfFigure(P95), otherFigures.flatMap(ratiosOfFigure)].flatMap((family) => {
      const decisions = decideTogether(family.map(([, ratio]) => ratio));
      return family.flatMap(([shared], index) => {
        const decision = decisions[index];
        return decision === undefined ? [] : [[shared, decision] as const];
      });
    }),
  );
};

const changesOf = (before: MeasuredRun, after: MeasuredRun): readonly Change[] => {
  const figures = sharedFigures(before, after);
  const decisions = decisionsOn(figures);
  return figures.map((shared): Change => {
    const { earlier, later, figure, pairing } = shared;
    const { repeats } = pairing.differences;
    const { target, scenario, level } = later.row;
    const decision = decisions.get(shared);
    return {
      target,
      scenario,
      level,
      figure,
      before: VALUE_OF[figure](earlier.row),
      after: VALUE_OF[figure](later.row),
      ...(decision === undefined
        ? {
            judgement: {
              kind: 'withheld',
              reason: shared.withheld ?? { code: 'few-repeats', repeats, failed: pairing.failed },
            },
          }
        : { ...decision, ratio: ratioOf(figure, decision.ratio) }),
      repeats,
    };
  });
};

const comparedRun = (run: MeasuredRun, other: MeasuredRun): ComparedRun => {
  const { folder, data, summary, measuredRows } = run;
  const { validity, isGoingOn } = summary;
  const only = [...measuredRows.keys()].filter((key) => !other.measuredRows.has(key));
  const valid = validity?.valid !== false;
  return {
    folder,
    createdAt: data.plan.createdAt,
    planHash: data.plan.hash,
    valid,
    invalid: valid ? undefined : validity.reasons,
    isGoingOn,
    only: only.length === 0 ? undefined : only,
    served: data.plan.served,
  };
};

const refusal = (code: BenchError['code'], message: string): BenchError =>
  new BenchError(code, message, { hint: 'compare two runs of the same plan on the same machine' });

const assertComparable = (before: RunData, after: RunData): void => {
  if (before.plan.createdAt === after.plan.createdAt && before.plan.hash === after.plan.hash) {
    throw refusal('BENCH_SAME_RUN', 'both folders hold the same run');
  }
  const differences = fixedDifferences(before, after);
  if (differences.length === 0) return;
  const lines = differences.map(
    (fact) => `${fact.what}: ${fact.before} before, ${fact.after} after`,
  );
  throw refusal('BENCH_NOT_COMPARABLE', ['not comparable', ...lines].join('\n  '));
};

/**
 * Judges how the figures of two runs on the same machine have changed: request rate and p95 in a closed loop, median and p95 in an open
 * loop. The verdicts are made as within a run. They share one probability of error, p95s and other figures apart, because a single
 * false alarm is one too many.
 *
 * @throws BenchError `BENCH_NOT_COMPARABLE` if machines or settings differ, `BENCH_SAME_RUN`, or `BENCH_NO_COMMON_ROW`
 */
export const compareRuns = (earlier: NamedRun, later: NamedRun): Comparison => {
  assertComparable(earlier.data, later.data);
  const [before, after] = [measure(earlier), measure(later)];
  const changes = changesOf(before, after);
  if (changes.length === 0) {
    throw refusal('BENCH_NO_COMMON_ROW', 'no target was measured at the same level in both runs');
  }
  return {
    format: 2,
    before: comparedRun(before, after),
    after: comparedRun(after, before),
    differences: runDifferences(earlier.data, later.data),
    changes,
  };
};
