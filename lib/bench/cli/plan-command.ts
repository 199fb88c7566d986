import { groupBy } from '../analysis/group-by.ts';
import { buildMeasurements } from '../plan/build-plan.ts';
import { planOverridesOf } from '../plan/command-line.ts';
import { targetId, type Measurement } from '../model/measurement.ts';
import { estimateSeconds, calibrationSeconds } from '../plan/estimate.ts';
import { calibrationTaskOf } from '../plan/calibration-task.ts';
import {
  buildSearches,
  longestSearchSeconds,
  lowestRate,
  MOST_TRIALS,
  usualSearchSeconds,
} from '../plan/slo-search.ts';
import type { SloSearch } from '../model/plan.ts';
import { repeatsWithin } from '../plan/max-time.ts';
import { detectableLines, detectableDifference } from '../plan/detectable-difference.ts';
import { hangingLines } from '../wording/columns.ts';
import { counted, durationText, formatFigure } from '../wording/format-number.ts';
import { levelLabel } from '../wording/labels.ts';
import { announcementOf } from '../wording/statement.ts';
import { BURST_SECONDS, FAULT_PARTS, type StabilityTest } from '../model/fault.ts';
import { faultFacts } from '../stability/faults.ts';
import { plannedTensors } from '../plan/tensor-plan.ts';
import { readPlanRequest } from './requested-plan.ts';
import { jsonText, type Command } from './command.ts';
import type { planCommandOptions } from './options.ts';
import { settingsOfModels } from './runtime-option.ts';

/** The kind of a measurement, without target, repeat and level. */
const kindOf = ({ engine, scenario, durationSeconds, bypassSeconds }: Measurement): string => {
  const what = engine === 'noop' ? 'no-op limit' : scenario;
  const bypass = bypassSeconds === undefined ? '' : ` + ${bypassSeconds} s bypass run`;
  return `${what}, ${durationSeconds} s${bypass}`;
};

const inOrder = (texts: readonly string[]): readonly string[] =>
  [...new Set(texts)].toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }));

/** What is measured, a line for each kind; `--json` lists the measurements one by one. */
const loadLines = (measurements: readonly Measurement[]): readonly string[] =>
  [...groupBy(measurements, kindOf)]
    .map(([kind, ofKind]) => {
      const levels = inOrder(ofKind.map(({ level }) => levelLabel(level)));
      const warmups = inOrder(ofKind.map(({ warmupSeconds }) => String(warmupSeconds)));
      return `${kind} after ${warmups.join(' or ')} s warm-up, ${counted(ofKind.length / levels.length, 'time')} at ${levels.join(', ')}`;
    })
    .toSorted();

const titleOf = (test: StabilityTest): string => {
  if (test === 'soak') return '';
  const { title } = faultFacts[test];
  return test === 'burst' ? `${title} (${BURST_SECONDS} s)` : title;
};

/** What is done to the stability of servings, a line for each kind. */
const stabilityLines = (measurements: readonly Measurement[]): readonly string[] => {
  const tests = measurements.flatMap(({ stability, ...one }) =>
    stability === undefined ? [] : [{ ...one, stability }],
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

/** What is searched, a line for each bound. */
const searchLines = (searches: readonly SloSearch[]): readonly string[] =>
  [...groupBy(searches, ({ p99Ms }) => `${p99Ms} ms`)].map(
    ([bound, [search, ...others]]) =>
      `${counted(others.length + 1, 'search', 'searches')} for the highest rate of a target, from ${formatFigure(lowestRate(search))} requests/s on, with p99 within ${bound}: at most ${MOST_TRIALS} windows of ${search.durationSeconds} s and more`,
  );

/** Prints loads and time of a plan, and what it can tell apart. */
export const planCommand: Command<typeof planCommandOptions> = async (
  values,
  { console, signal },
) => {
  const overrides = planOverridesOf(values);
  const { model } = values;
  const { userModel, options, chosen, targets, runtime } = await readPlanRequest(
    { ...values, overrides },
    signal,
  );
  const measurements = buildMeasurements(targets, options, userModel?.inputs);
  const searches = buildSearches(targets, options);
  const whole = { options, targets, measurements };
  const place = { where: 'local', runtime } as const;
  const settings = {
    modelFile: userModel === undefined ? model : undefined,
    ...settingsOfModels(chosen.models, model),
  };
  const measuresSpeed = measurements.every(({ stability }) => stability === undefined);
  const seconds = calibrationSeconds(whole) + estimateSeconds(measurements, place);
  const { 'max-time': maxSeconds } = values;
  const longest = Math.min(seconds + longestSearchSeconds(searches), maxSeconds ?? Infinity);
  const repeats =
    maxSeconds === undefined ? options.repeats : repeatsWithin(whole, maxSeconds, place);
  const detectable = detectableDifference({ ...options, repeats }, targets, values.noise / 100);
  const { leftOut, served } = chosen;
  const announced = announcementOf(
    { options, targets, settings, ...place, served },
    userModel && plannedTensors(userModel),
  );
  const statement = announced.replace(/^Compared/, 'To be compared');
  const calibration = calibrationTaskOf(whole);
  if (values.json) {
    const parts = { options, leftOut, detectable, calibration, measurements, searches };
    console.out(jsonText({ statement, estimateSeconds: longest, ...parts }));
    return 0;
  }
  for (const { serving, reason } of leftOut) console.err(`left out: ${serving}: ${reason}\n`);
  const atMost = `at most ${durationText(longest)}`;
  const usual = `usually ${durationText(seconds + usualSearchSeconds(searches))}, ${atMost}`;
  const fixed = longest < seconds ? atMost : `about ${durationText(seconds)}`;
  const time = searches.length === 0 ? fixed : usual;
  const { width } = console.outStyle;
  const wide = (text: string): readonly string[] => hangingLines('', text, width);
  const indented = (text: string): readonly string[] => hangingLines('  ', text, width, 4);
  console.out(
    [
      ...wide(statement),
      '',
      ...wide(
        `${counted(measurements.length, 'measurement')} on ${counted(targets.length, 'target')}, profile ${options.profile}, seed ${options.seed}: ${time}`,
      ),
      ...(measuresSpeed ? detectableLines(detectable).flatMap(wide) : []),
      '',
      ...(calibration === undefined
        ? []
        : [
            `calibration, ${calibration.warmupSeconds} s warm-up + ${calibration.durationSeconds} s of ${targetId(calibration.target)} with a known latency of ${calibration.delayMs} ms`,
          ].flatMap(indented)),
      ...loadLines(measurements.filter(({ stability }) => stability === undefined)).flatMap(
        indented,
      ),
      ...stabilityLines(measurements).flatMap(indented),
      ...searchLines(searches).flatMap(indented),
      '',
    ].join('\n'),
  );
  return 0;
};
