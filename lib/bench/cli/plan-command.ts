import { durationText } from '../progress/progress-text.ts';
import { buildCells } from '../plan/build-plan.ts';
import { planOverridesOf } from '../plan/command-line.ts';
import { buildPaths } from '../plan/build-paths.ts';
import { pathId } from '../model/cell.ts';
import { estimateSeconds, oracleSeconds } from '../plan/estimate.ts';
import { oracleTaskOf } from '../plan/oracle-task.ts';
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

/** Prints cells and time of a plan, and what it can tell apart. */
export const planCommand: Command<typeof planCommandOptions> = async (
  values,
  { console, signal },
) => {
  const said = planOverridesOf(values);
  const options = resolvePlanOptions(said);
  const strict = areServingsNamed(said);
  const { runtime = 'reference' } = values;
  const chosen = await chooseFor(runtime, options, { config: values.config, strict }, signal);
  const paths = buildPaths({ ...options, servings: chosen.servings }, strict);
  const cells = buildCells(paths, options);
  const searches = buildSearches(paths, options);
  const whole = { options, paths, cells };
  const cellSeconds = oracleSeconds(whole) + estimateSeconds(cells, { where: 'local', runtime });
  const seconds = cellSeconds + longestSearchSeconds(searches);
  const isBound = searches.length > 0;
  const usual =
    searches.length === 0
      ? ''
      : `, usually ${durationText(cellSeconds + usualSearchSeconds(searches))}`;
  const apart = tellsApart(options, paths, values.noise / 100);
  const place = { where: 'local', runtime } as const;
  const statement = announcement({ options, strict, settings: {}, place, chosen }).replace(
    /^Compared/,
    'To be compared',
  );
  const { leftOut } = chosen;
  const oracle = oracleTaskOf(whole);
  if (values.json) {
    console.out(
      jsonText({
        statement,
        options,
        leftOut,
        estimateSeconds: seconds,
        apart,
        oracle,
        cells,
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
      ...(oracle === undefined
        ? []
        : [
            `first ${pathId(oracle.path)}: a serving of known latency, ${oracle.delayMs} ms, ${levelLabel({ loop: 'closed', virtualUsers: oracle.virtualUsers })}, ${oracle.warmupSeconds} + ${oracle.durationSeconds} s`,
            '',
          ]),
      ...cells.map(
        ({ id, warmupSeconds, durationSeconds, directSeconds }, index) =>
          `${String(index + 1).padStart(String(cells.length).length)}  ${id}  ${warmupSeconds} + ${durationSeconds} s${directSeconds === undefined ? '' : `, direct ${directSeconds} s`}`,
      ),
      '',
      ...searches.map(
        (search) =>
          `then  ${search.id}: the highest rate of at least ${formatFigure(lowestRate(search))} requests/s with p99 within ${search.p99Ms} ms, at most ${MOST_TRIALS} windows of ${search.durationSeconds} s and more`,
      ),
      ...(searches.length === 0 ? [] : ['']),
      `${cells.length} cells on ${paths.length} paths, profile ${options.profile}, seed ${options.seed}: ${isBound ? 'at most' : 'about'} ${durationText(seconds)}${usual}`,
      ...apartLines(apart),
      '',
    ].join('\n'),
  );
  return 0;
};
