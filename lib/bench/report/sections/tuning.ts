import { precisionOf, SINGLE, settingsWords } from '../../../../serving-configs/settings.ts';
import type { Summary } from '../../analysis/summary.ts';
import { bestFinal, defaultFinal, fastestMiss } from '../../analysis/tuning/summary.ts';
import type {
  OutReason,
  SettingEffect,
  TunedFinal,
  TunedServer,
  TuningSummary,
} from '../../analysis/tuning/tuning-types.ts';
import type { PrecisionAccuracy } from '../../model/plan.ts';
import { searchReasonText } from '../../analysis/slo/search.ts';
import { wireOf, targetId, type Target } from '../../model/measurement.ts';
import { groupBy } from '../../analysis/group-by.ts';
import {
  counted,
  formatFigure,
  formatInterval,
  formatPercent,
  joined,
  roughPercent,
  withInterval,
} from '../../wording/format-number.ts';
import { sum } from '../../stats/moments.ts';
import { MARGIN_TEXT } from '../../wording/judgement-text.ts';
import { labelOf, targetLabels, type Labels } from '../../wording/labels.ts';
import { against } from '../answer.ts';
import {
  blocks,
  estimateColumn,
  figureColumn,
  fold,
  list,
  onlyIn,
  table,
  text,
  wordColumn,
} from '../blocks.ts';
import type { Chart } from '../charts/draw-chart.ts';
import { EVERYWHERE, PAGES, TERMINAL, type Block, type Section } from '../model.ts';

/** The names of servers, whatever their settings are. */
const serverLabels = ({ plan, tuning }: Summary): Labels =>
  targetLabels(
    (tuning?.servers ?? []).map(({ best }) => wireOf(best)),
    plan,
  );

/** The name of a server, with the precision of its model if that is another one. */
const nameIn = (labels: Labels, target: Target): string =>
  joined(', ', labelOf(labels, wireOf(target)), precisionOf(target.settings));

const rateText = ({ requestRatePerSecond: { value, interval } }: TunedFinal): string =>
  withInterval(`${formatFigure(value)} requests/s`, interval);

/** How the fastest settings compare with the defaults. */
const overDefaultText = (server: TunedServer): string | false => {
  const { best, overDefault, keepsDefault, finals } = server;
  if (precisionOf(best.settings) !== undefined) return false;
  if (overDefault === undefined) {
    if (defaultFinal(server)?.limitedBy !== undefined) {
      return finals.length > 1 && 'what other settings gain is not known';
    }
    if (keepsDefault) return finals.length > 1 && 'no other setting was faster';
    return 'its defaults have no figures';
  }
  const { judgement, ratio } = overDefault;
  if (!keepsDefault) {
    return `${ratio.value.toPrecision(3)} × its defaults (${formatInterval(ratio.interval)})`;
  }
  return judgement.kind === 'equal'
    ? `the fastest other setting is equal within ${MARGIN_TEXT}`
    : `the fastest other setting is not known to be faster (${ratio.value.toPrecision(3)} ×, ${formatInterval(ratio.interval)})`;
};

/** What is recommended for a server, as a sentence. */
const serverText = (server: TunedServer, labels: Labels, p99Ms: number): string => {
  const { best, out, tried, keepsDefault, neverBatched } = server;
  const name = nameIn(labels, best);
  const final = bestFinal(server);
  if (final === undefined) {
    return `${name}: none of ${counted(tried, 'setting')} keeps a p99 of ${p99Ms} ms${out[0] === undefined ? '' : `; ${outText(out[0].reason)}`}.`;
  }
  const { meanBatch, memoryMiB, usdPerMillion, limitedBy } = final;
  const what = keepsDefault ? 'keep its defaults' : settingsWords(best.settings ?? SINGLE);
  const facts = joined(
    '; ',
    overDefaultText(server),
    meanBatch !== undefined && `mean batch ${meanBatch.toFixed(1)}`,
    memoryMiB !== undefined && `${Math.round(memoryMiB)} MiB`,
    usdPerMillion !== undefined && `$${formatFigure(usdPerMillion)} a million`,
    neverBatched && 'no batches formed, whatever the settings',
    limitedBy !== undefined &&
      `at least that, since the rig may have been the limit: ${searchReasonText(limitedBy).replace(/\.$/, '')}`,
  );
  return `${name}: ${what}: ${joined(', ', `${rateText(final)} within ${p99Ms} ms`, facts)}.`;
};

/** Why a setting is out, without a full stop. */
export const outText = (reason: OutReason): string => {
  switch (reason.code) {
    case 'failed':
      return reason.message.split('\n')[0]?.replace(/\.$/, '') ?? '';
    case 'wrong-answers':
      return `${reason.wrong} of ${reason.answers} answers were wrong`;
    case 'refused':
      return `${reason.failed} of ${reason.requests} requests of a single user failed`;
    case 'too-slow':
      return `a single user waits ${formatFigure(reason.p50Ms)} ms`;
    default:
      return reason satisfies never;
  }
};

/** The finding of a search for settings, as a sentence without a full stop. */
export const tuningTitle = (summary: Summary, tuning: TuningSummary): string => {
  const { p99Ms, servers, verdicts } = tuning;
  const labels = serverLabels(summary);
  const limit = `a p99 of ${p99Ms} ms`;
  const measured = servers.filter(({ finals }) => finals.length > 0);
  const [first, second] = measured;
  if (first === undefined) {
    const missMs = fastestMiss(tuning);
    return missMs === undefined
      ? `No setting keeps ${limit}`
      : `No setting keeps ${limit}: the fastest answers a single user in ${formatFigure(missMs)} ms, ${formatFigure(missMs - p99Ms)} ms too late`;
  }
  if (second === undefined) return serverText(first, labels, p99Ms).replace(/\.$/, '');
  const ofFirst = verdicts.filter((verdict) => targetId(verdict.first) === targetId(first.best));
  if (ofFirst.length > 0 && ofFirst.every(({ judgement }) => judgement.kind === 'faster')) {
    const leads = ofFirst
      .slice(0, 2)
      .map(
        (verdict) =>
          `at least ${roughPercent(verdict.ratio.interval.low - 1)} % more than ${nameIn(labels, verdict.second)}`,
      );
    return `At its best within ${limit}, ${nameIn(labels, first.best)} serves the most: ${leads.join(', ')}`;
  }
  return `Within ${limit}, no server is known to serve more than all others, each at its best`;
};

/** A final with its server. */
interface FinalRow {
  readonly server: TunedServer;
  readonly final: TunedFinal;
  /** Of another precision of the model. */
  readonly accuracy?: PrecisionAccuracy | undefined;
}

const finalRows = ({ servers }: TuningSummary, { model }: Summary['plan']): readonly FinalRow[] =>
  servers.flatMap((server) =>
    server.finals.map((final) => ({
      server,
      final,
      accuracy: model.accuracy?.[precisionOf(final.settings) ?? ''],
    })),
  );

const roleOf = ({ server, final }: FinalRow): string => {
  if (final === bestFinal(server)) return server.keepsDefault ? 'keep' : 'best';
  return final === defaultFinal(server) ? 'defaults' : '';
};

const pairTexts = ({ verdicts }: TuningSummary, labels: Labels): readonly string[] =>
  verdicts.map(
    ({ first, second, judgement, ratio }) =>
      `${nameIn(labels, first)} vs ${nameIn(labels, second)}: ${against({
        judgement,
        timesAsFast: { least: ratio.interval.low, most: ratio.interval.high },
      })}`,
  );

/** What is not worth a setting. */
const NO_EFFECT = 0.05;

const effectText = ({ setting, most }: SettingEffect): string =>
  most < NO_EFFECT
    ? `${setting} did not matter (at most ${formatPercent(most)} %)`
    : `${setting} up to ${roughPercent(most)} %`;

const effectsText = (server: TunedServer, labels: Labels): string | undefined => {
  if (server.effects.length === 0) return undefined;
  return `${nameIn(labels, server.best)}: ${server.effects.map(effectText).join(', ')}.`;
};

/** The settings that are out, those with the same reason together. */
const outTexts = (server: TunedServer, labels: Labels): readonly string[] =>
  [...groupBy(server.out, ({ reason }) => outText(reason))].map(
    ([reason, all]) =>
      `${nameIn(labels, server.best)}, ${all.map(({ settings }) => settingsWords(settings)).join('; ')}: ${reason}.`,
  );

/** What a search for settings recommends, below its title. */
export const tuningBlocks = (summary: Summary, tuning: TuningSummary): readonly Block[] => {
  const labels = serverLabels(summary);
  const { servers, p99Ms } = tuning;
  const out = servers.flatMap((server) => server.out).length;
  return blocks(
    list(servers.length > 1 ? servers.map((server) => serverText(server, labels, p99Ms)) : []),
    onlyIn(
      TERMINAL,
      list(pairTexts(tuning, labels)),
      list([out > 0 && `${counted(out, 'setting')} did not qualify, see the report`]),
    ),
  );
};

/** How a search went: what was tried, and how often the finals were measured. */
export const tuningMethod = (summary: Summary, { servers }: TuningSummary): string => {
  const tried = sum(servers.map((server) => server.tried));
  const finals = servers.flatMap((server) => server.finals).length;
  return `${counted(tried, 'setting')} of ${counted(servers.length, 'server')} tried, each started afresh; ${finals} measured again in ${counted(summary.plan.options.repeats, 'repeat')}`;
};

/** The finals of a search for settings, and what else it found; undefined for other runs. */
export const tuningSection = (summary: Summary, chart: Chart | undefined): Section | undefined => {
  const { tuning } = summary;
  if (tuning === undefined) return undefined;
  const labels = serverLabels(summary);
  const { servers, p99Ms } = tuning;
  return {
    id: 'tuning',
    title: 'Settings',
    only: EVERYWHERE,
    blocks: onlyIn(
      PAGES,
      chart && { kind: 'charts', charts: [chart] },
      table<FinalRow>(
        `Finals, with a p99 within ${p99Ms} ms`,
        [
          wordColumn('server', 'Server', ({ server }) => nameIn(labels, server.best), {
            isHead: true,
          }),
          wordColumn('settings', 'Settings', ({ final }) => settingsWords(final.settings)),
          wordColumn('role', '', roleOf),
          estimateColumn(
            'rate_per_second',
            'Rate',
            'requests/s',
            ({ final }) => final.requestRatePerSecond,
          ),
          figureColumn(
            'searched_per_second',
            'Found by the search',
            'requests/s',
            ({ final }) => final.searchedRatePerSecond,
          ),
          figureColumn('p99_ms', 'p99 within it', 'ms', ({ final }) => final.p99Ms),
          figureColumn('mean_batch', 'Mean batch', undefined, ({ final }) => final.meanBatch),
          figureColumn('memory_mib', 'Memory', 'MiB', ({ final }) => final.memoryMiB),
          figureColumn('same_top1_percent', 'Same top class', '%', ({ accuracy }) =>
            accuracy === undefined || accuracy.rows === 0
              ? undefined
              : (100 * accuracy.sameTop1) / accuracy.rows,
          ),
          figureColumn(
            'largest_difference_percent',
            'Largest difference',
            '%',
            ({ accuracy }) => accuracy && 100 * accuracy.largestDifference,
          ),
          figureColumn('usd_per_million', 'A million', '$', ({ final }) => final.usdPerMillion),
        ],
        finalRows(tuning, summary.plan),
      ),
      text(
        'Only this table is a result: the search chose what to measure, and its own figures, which are too high for what it chose, appear nowhere else. The rate is where p99 crosses the limit: the mean of where the repeats ended. Its 95 % interval comes from how much these differ.',
        'small',
      ),
      list(pairTexts(tuning, labels)),
      text('What the settings changed, by the rates of virtual users', 'heading'),
      list(servers.map((server) => effectsText(server, labels))),
      fold(
        'Settings that did not qualify',
        list(servers.flatMap((server) => outTexts(server, labels))),
      ),
    ),
  };
};
