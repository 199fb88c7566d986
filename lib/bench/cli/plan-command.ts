import { durationText } from '../progress/progress-text.ts';
import { buildMeasurements } from '../plan/build-plan.ts';
import { planOverridesOf } from '../plan/command-line.ts';
import { buildTargets } from '../plan/build-targets.ts';
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
import { areServingsNamed, resolvePlanOptions } from '../plan/plan-options.ts';
import { apartLines, tellsApart } from '../plan/tells-apart.ts';
import { formatFigure } from '../wording/format-number.ts';
import { levelLabel } from '../wording/labels.ts';
import { announcement } from './announcement.ts';
import { jsonText, type Command } from './command.ts';
import type { planCommandOptions } from './options.ts';
import { chooseFor } from './runtime-option.ts';

/** What is measured at each load, a line each; `--json` lists the measurements one by one. */
const loadLines = (measurements: readonly Measurement[]): readonly string[] => {
  const kinds = measurements.map((measurement) => {
    const { engine, scenario, level, warmupSeconds, durationSeconds, bypassSeconds } = measurement;
    const what = engine === 'noop' ? 'noop-limit' : scenario;
    const direct = bypassSeconds === undefined ? '' : `, direct ${bypassSeconds} s`;
    return `${what}, ${levelLabel(level)}: ${warmupSeconds} + ${durationSeconds} s${direct}`;
  });
  return [...new Set(kinds)]
    .map((kind) => `${kind}, ${kinds.filter((other) => other === kind).length} times`)
    .toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }));
};

/** Prints loads and time of a plan, and what it can tell apart. */
export const planCommand: Command<typeof planCommandOptions> = async (
  values,
  { console, signal },
) => {
  const said = planOverridesOf(values);
  const options = resolvePlanOptions(said);
  const strict = areServingsNamed(said);
  const { runtime = 'simulated' } = values;
  const chosen = await chooseFor(runtime, options, { config: values.config, strict }, signal);
  const targets = buildTargets({ ...options, servings: chosen.servings }, strict);
  const measurements = buildMeasurements(targets, options);
  const searches = buildSearches(targets, options);
  const whole = { options, targets, measurements };
  const measurementSeconds =
    calibrationSeconds(whole) + estimateSeconds(measurements, { where: 'local', runtime });
  const seconds = measurementSeconds + longestSearchSeconds(searches);
  const isBound = searches.length > 0;
  const usual =
    searches.length === 0
      ? ''
      : `, usually ${durationText(measurementSeconds + usualSearchSeconds(searches))}`;
  const apart = tellsApart(options, targets, values.noise / 100);
  const place = { where: 'local', runtime } as const;
  const statement = announcement({ options, strict, settings: {}, place, chosen }).replace(
    /^Compared/,
    'To be compared',
  );
  const { leftOut } = chosen;
  const calibration = calibrationTaskOf(whole);
  if (values.json) {
    console.out(
      jsonText({
        statement,
        options,
        leftOut,
        estimateSeconds: seconds,
        apart,
        calibration,
        measurements,
        searches,
      }),
    );
    return 0;
  }
  for (const { serving, reason } of leftOut) console.err(`left out: ${serving}: ${reason}\n`);
  console.out(
    [
      statement,
      '',
      ...(calibration === undefined
        ? []
        : [
            `first ${targetId(calibration.target)}: a serving of known latency, ${calibration.delayMs} ms, ${levelLabel({ loop: 'closed', virtualUsers: calibration.virtualUsers })}, ${calibration.warmupSeconds} + ${calibration.durationSeconds} s`,
            '',
          ]),
      ...loadLines(measurements),
      '',
      ...searches.map(
        (search) =>
          `then  ${search.id}: the highest rate of at least ${formatFigure(lowestRate(search))} requests/s with p99 within ${search.p99Ms} ms, at most ${MOST_TRIALS} windows of ${search.durationSeconds} s and more`,
      ),
      ...(searches.length === 0 ? [] : ['']),
      `${measurements.length} measurements on ${targets.length} targets, profile ${options.profile}, seed ${options.seed}: ${isBound ? 'at most' : 'about'} ${durationText(seconds)}${usual}`,
      ...apartLines(apart),
      '',
    ].join('\n'),
  );
  return 0;
};
