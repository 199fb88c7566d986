import { isRunningServer, servingNames } from '../../../serving-configs/index.ts';
import { SINGLE, settingsId } from '../../../serving-configs/settings.ts';
import { percent } from '../../../serving-configs/options/kinds.ts';
import { groupBy } from '../analysis/group-by.ts';
import type { TunedPlan } from '../analysis/tuning/progress.ts';
import { BURST_SECONDS, FAULT_PARTS, faultFacts, type StabilityTest } from '../model/fault.ts';
import { BenchError } from '../model/errors.ts';
import { targetId, type Measurement, type Target } from '../model/measurement.ts';
import type { AnyModel } from '../model-file/described-model.ts';
import type { SloSearch } from '../model/plan.ts';
import { calibrationTaskOf, type CalibrationTask } from '../plan/calibration-task.ts';
import { planOptions } from '../plan/command-line.ts';
import { detectableLines, detectableDifference } from '../plan/detectable-difference.ts';
import { calibrationSeconds, estimateSeconds, startsFor } from '../plan/estimate-duration.ts';
import {
  assertFixedLength,
  longestSecondsOf,
  mostRepeats,
  repeatsWithin,
  shortTimeText,
} from '../plan/max-time.ts';
import { expectedModel } from '../plan/planned-model.ts';
import {
  longestSearchSeconds,
  lowestRate,
  MAX_TRIALS,
  expectedSearchSeconds,
} from '../plan/slo-search.ts';
import { expectedMany } from '../plan/many-models.ts';
import { isMany } from '../plan/resolve-plan-options.ts';
import { likelyRate, settingsOfServers } from '../plan/tuning.ts';
import type { DirectTime } from '../run/correct-answers.ts';
import type { PlannedRun } from '../run/make-plan.ts';
import { sum } from '../stats/moments.ts';
import { ASSUMED_NOISE } from '../stats/power.ts';
import { commandLines, hangingLines } from '../wording/text-layout.ts';
import { counted, durationText, formatFigure } from '../wording/format-number.ts';
import { levelLabel, settingLeftOutText } from '../wording/labels.ts';
import { statementOf } from '../wording/statement.ts';
import { command, jsonText } from './command.ts';
import {
  config,
  json,
  maxTime,
  model,
  models,
  on,
  pairs,
  planHelp,
  runtime,
  settings,
  target as targetOption,
  ca,
} from './options.ts';

const calibrationLine = ({
  target,
  delayMs,
  durationSeconds,
  warmupSeconds,
}: CalibrationTask): string =>
  `calibration, ${durationSeconds} s of ${targetId(target)} with a known latency of ${delayMs} ms after ${warmupSeconds} s of warm-up`;

/** A measurement without its target, repeat and level. */
const kindOf = ({ engine, scenario, durationSeconds, bypassSeconds }: Measurement): string => {
  const name = engine === 'noop' ? 'no-op limit' : scenario;
  const bypass = bypassSeconds === undefined ? '' : ` + ${bypassSeconds} s bypass run`;
  return `${name}, ${durationSeconds} s${bypass}`;
};

const distinctInOrder = (texts: readonly string[]): readonly string[] =>
  [...new Set(texts)].toSorted((left, right) => left.localeCompare(right, 'en', { numeric: true }));

const warmupText = (measurements: readonly Measurement[]): string => {
  const seconds = measurements.map(({ warmupSeconds }) => warmupSeconds);
  const [least, most] = [Math.min(...seconds), Math.max(...seconds)];
  if (most === 0) return 'without warm-up';
  const kept = least === most ? '' : ` (${least} s if the serving keeps running)`;
  return `after ${most} s of warm-up${kept}`;
};

/** A line for each kind of measurement; `--json` lists every measurement. */
const loadLines = (measurements: readonly Measurement[]): readonly string[] =>
  [...groupBy(measurements, kindOf)]
    .map(([kind, ofKind]) => {
      const levels = distinctInOrder(ofKind.map(({ level }) => levelLabel(level)));
      const at = `at ${levels.length === 1 ? '' : 'each of '}${levels.join(', ')}`;
      return `${kind} ${warmupText(ofKind)}, ${counted(ofKind.length / levels.length, 'time')} ${at}`;
    })
    .toSorted();

const titleOf = (test: StabilityTest): string => {
  if (test === 'soak') return '';
  const { title } = faultFacts[test];
  return test === 'burst' ? `${title} (${BURST_SECONDS} s)` : title;
};

/** The stability tests in one line; a plan has either soaks or tests with faults. */
const stabilityLines = (measurements: readonly Measurement[]): readonly string[] => {
  const tests = measurements.flatMap(({ stability, durationSeconds }) =>
    stability === undefined ? [] : [{ stability, durationSeconds }],
  );
  const [first] = tests;
  if (first === undefined) return [];
  const load = 'with good requests at half of the best rate';
  if (first.stability === 'soak') {
    return [
      `soak, ${durationText(first.durationSeconds)} ${load}, ${counted(tests.length, 'time')}`,
    ];
  }
  const partSeconds = first.durationSeconds / FAULT_PARTS;
  const titles = new Set(tests.map(({ stability }) => titleOf(stability)));
  return [
    `${counted(tests.length, 'test')} of stability ${load}: ${partSeconds} s before, ${partSeconds} s with and ${2 * partSeconds} s after: ${[...titles].join(', ')}`,
  ];
};

/** A line for each p99 limit. */
const searchLines = (searches: readonly SloSearch[]): readonly string[] =>
  [...groupBy(searches, ({ p99Ms }) => `${p99Ms} ms`)].map(
    ([limit, group]) =>
      `${counted(group.length, 'search', 'searches')} for the highest rate of a target, starting at ${formatFigure(lowestRate(group[0]))} requests/s, with p99 within ${limit}: at most ${MAX_TRIALS} windows of at least ${group[0].durationSeconds} s each`,
  );

/** `9 settings: default, i1-t1-b1-d0, …`. */
const settingsText = (targets: readonly Target[]): string =>
  `${counted(targets.length, 'setting')}: ${targets.map((target) => settingsId(target.settings ?? SINGLE)).join(', ')}`;

/** The rounds of a search for settings, and the settings of each server. */
const tuningLines = (
  { tuning: { p99Ms, ladders, finalists }, targets, options }: TunedPlan,
  expected: readonly Measurement[],
  rate: number,
): readonly string[] => {
  const starts = startsFor(expected).filter(Boolean).length;
  const rounds = ladders.length === 1 ? 'a round' : `${ladders.length} rounds`;
  return [
    `${rounds} of ladders: virtual users are doubled until p99 would exceed ${p99Ms} ms; the best ${ladders.join(', then ')} settings of each server remain`,
    'a search for the highest rate of random arrivals within the limit for each of these',
    `finals: the best ${finalists} and the defaults of each server, searched again in each of ${counted(options.repeats, 'repeat')}, each time with a fresh start`,
    `about ${counted(starts, 'start')} of servers; at ${formatFigure(rate)} requests/s, as assumed; slower servers take longer`,
    ...[...groupBy(settingsOfServers(targets), ([, of]) => settingsText(of))].map(
      ([tried, servers]) => `${servers.map(([server]) => server).join(', ')}: ${tried}`,
    ),
  ];
};

/** What each server of a run with many models is expected to take. */
const manyLines = ({ targets, options }: PlannedRun): readonly string[] => [
  `up to ${options.counts?.at(-1)} models on each server, loaded while one of them is asked; rates at ${options.counts?.join(', ')} models; a broken file; unloading`,
  ...targets.map(({ serving }) => {
    const { seconds, MiB } = expectedMany(serving, options);
    return `${serving}: about ${durationText(seconds)} and ${formatFigure(MiB)} MiB with tiny models`;
  }),
];

/**
 * How long a plan takes.
 *
 * @param seconds without searches and without a time limit
 * @param longestSeconds with the longest searches, within the time limit
 */
const timeText = (
  seconds: number,
  longestSeconds: number,
  searches: readonly SloSearch[],
): string => {
  const atMost = `at most ${durationText(longestSeconds)}`;
  if (searches.length > 0) {
    return `usually ${durationText(seconds + expectedSearchSeconds(searches))}, ${atMost}`;
  }
  return longestSeconds < seconds ? atMost : `about ${durationText(seconds)}`;
};

/** How long a user's model takes, or an input of a simulated batch; unknown if it does not run. What is wrong with it, `validate` reports. */
const timeOf = async (
  planned: AnyModel,
  { options: { engine, delayPerInputMs } }: Pick<PlannedRun, 'options'>,
  signal: AbortSignal,
): Promise<DirectTime> => {
  if (delayPerInputMs !== undefined) return { fastestMs: delayPerInputMs };
  if (planned.kind === 'built' || engine !== 'onnx') return {};
  const { tryFewInputs } = await import('../run/inputs.ts');
  return tryFewInputs(planned, signal).catch((error: unknown) => {
    if (error instanceof BenchError) return {};
    throw error;
  });
};

const [first = ''] = servingNames;

/** Prints what a plan measures, how long it takes, and how small a difference it can detect. */
export const plan = command({
  description:
    'Prints what a plan measures, how long this takes, on AWS also what it costs, and how small a difference it can detect. Measures nothing.',
  notes: planHelp.notes,
  options: {
    ...planOptions,
    settings,
    runtime,
    model,
    models,
    target: targetOption,
    ca,
    config,
    'max-time': maxTime,
    on,
    pairs,
    noise: {
      kind: percent(0.01, 100),
      description: 'how much repeats vary (coefficient of variation)',
      default: ASSUMED_NOISE * 100,
    },
    json,
  },
  first: [...planHelp.first, 'noise'],
  headings: planHelp.headings,
  examples: [
    'npx serving-compare plan --profile replicate-2021',
    'npx serving-compare plan --repeats 20 --duration 15s --noise 3%',
    `npx serving-compare plan --servings ${first} --levels 1,10 --seed 7`,
    'npx serving-compare plan --on aws --profile tune --slo-p99 100ms',
  ],
  run: async (values, context) => {
    const { console } = context;
    // A plan for this machine does not load the AWS clients.
    const {
      planned,
      request,
      model: planModel,
      cost,
    } = values.on === 'aws'
      ? await (await import('./aws/plan-on-aws.ts')).planOnAws(values, context)
      : await (
          await import('./plan-request.ts')
        ).planHere(await (await import('./many-models.ts')).withModels(values, context), context);
    const { noise } = values;
    const { options, leftOut, targets, host, searches } = planned;
    assertFixedLength(planned);
    const most = mostRepeats(planned);
    const measurements = planned.measurements.filter(({ repeat }) => repeat <= most);
    const seconds =
      (isMany(options) ? 0 : calibrationSeconds(planned)) + estimateSeconds(measurements, host);
    const { expectedTuning, tunedPlanOf } = await import('../analysis/tuning/progress.ts');
    const tuned = tunedPlanOf(planned);
    // The model takes a while to load, and on nodes another time to answer.
    const isTimed = cost === undefined && (tuned !== undefined || !values.json);
    const modelTime = isTimed ? await timeOf(planModel, planned, context.signal) : {};
    const manySeconds = isMany(options)
      ? sum(targets.map(({ serving }) => expectedMany(serving, options).seconds))
      : 0;
    const rate = likelyRate(modelTime.fastestMs, options.delayPerInputMs !== undefined);
    const tuning = expectedTuning(planned, [], rate);
    const tuningSeconds = estimateSeconds(tuning, host) + manySeconds;
    const longestSeconds = Math.min(
      seconds + longestSearchSeconds(searches),
      longestSecondsOf(planned, host) ?? Infinity,
    );
    const repeats = repeatsWithin(planned, host);
    const detectable = detectableDifference({ ...options, repeats }, targets, noise / 100);
    const shortTime = shortTimeText(planned, host);
    const verdictLines = shortTime === undefined ? detectableLines(detectable) : [shortTime];
    const calibration = manySeconds === 0 ? calibrationTaskOf(planned) : undefined;
    const plannedModel = expectedModel(request.model, planned.settings, options.engine);
    const statement = statementOf({ ...planned, ...host, model: plannedModel }).replace(
      /^Compared/,
      'To be compared',
    );
    if (values.json) {
      const parts = {
        options,
        leftOut,
        detectable,
        calibration,
        measurements,
        searches,
        tuning: planned.tuning,
        usd: cost?.usd,
      };
      const estimatedSeconds = cost?.seconds ?? longestSeconds + tuningSeconds;
      console.out(jsonText({ statement, estimateSeconds: estimatedSeconds, ...parts }));
      return 0;
    }
    for (const { serving, reason } of leftOut) {
      console.err(`${commandLines('left out: ', `${serving}: ${reason}`).join('\n')}\n`);
    }
    for (const entry of planned.settingsLeftOut) {
      console.err(`${commandLines('left out: ', settingLeftOutText(entry)).join('\n')}\n`);
    }
    // More than this does not fit into the time of the run.
    const fitting = measurements.filter(({ repeat }) => repeat <= repeats);
    const upTo = fitting.length < measurements.length ? 'up to ' : '';
    const speed = fitting.filter(({ stability }) => stability === undefined);
    const { fastModelText } = await import('../run/tensor-inputs.ts');
    const fastText = fastModelText(manySeconds === 0 ? modelTime : {}, {
      isCpuMeasured: !targets.some(({ serving }) => isRunningServer(serving)),
    });
    const { width } = console.outStyle;
    const wrap = (text: string): readonly string[] => hangingLines('', text, width);
    const indent = (text: string): readonly string[] => hangingLines('  ', text, width, 4);
    console.out(
      [
        ...wrap(statement),
        '',
        ...wrap(
          `${manySeconds === 0 ? `${upTo}${counted(fitting.length + tuning.length, 'measurement')} on ` : ''}${counted(targets.length, 'target')}, profile ${options.profile}, seed ${options.seed}: ${cost?.text ?? timeText(seconds + tuningSeconds, longestSeconds + tuningSeconds, searches)}`,
        ),
        ...(speed.length === fitting.length && tuned === undefined && manySeconds === 0
          ? verdictLines.flatMap(wrap)
          : []),
        ...(fastText === '' ? [] : hangingLines('! ', fastText, width)),
        '',
        ...(calibration === undefined ? [] : indent(calibrationLine(calibration))),
        ...[
          ...loadLines(speed),
          ...stabilityLines(fitting),
          ...searchLines(searches),
          ...(tuned === undefined ? [] : tuningLines(tuned, tuning, rate)),
          ...(manySeconds === 0 ? [] : manyLines(planned)),
        ].flatMap(indent),
        '',
      ].join('\n'),
    );
    return 0;
  },
});
