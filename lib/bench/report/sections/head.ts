import { manifestOf, type ServingName } from '../../../../serving-configs/index.ts';
import { checksSupport } from '../../analysis/checks/check.ts';
import type { SloRate } from '../../analysis/slo/best-rate.ts';
import type { Summary } from '../../analysis/summary.ts';
import type { ServedBy } from '../../model/plan.ts';
import { counted } from '../../wording/format-number.ts';
import { formatFigure, formatPercent } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import { fold, list, text } from '../blocks.ts';
import { labelOf, type Labels } from '../columns.ts';
import { formatInterval } from '../format-spread.ts';
import { PAGES, type Block, type NamedLine } from '../model.ts';
import { measuredRows } from '../row-groups.ts';
import { groundsLine } from './grounds-line.ts';
import { priceLine } from './price-line.ts';
import { winnerLines } from './winner-lines.ts';

/** `VALID`, and how many rows may be quoted where some may not. */
export const validText = ({ usableRows }: Pick<Summary, 'usableRows'>): string => {
  const { usable, measured } = usableRows;
  return usable === measured ? 'VALID' : `VALID, ${usable} of ${counted(measured, 'row')} usable`;
};

/** More reasons than these would push what the run came to from the first screen. */
const SHOWN_REASONS = 3;

/** Whether the run can be believed as a whole, and why not. A run that goes on cannot tell. */
export const validityBlocks = (
  summary: Pick<Summary, 'validity' | 'usableRows'>,
): readonly Block[] => {
  const { validity } = summary;
  if (validity === undefined) return [];
  if (validity.valid) return [text(validText(summary), 'passed')];
  const more = validity.reasons.slice(SHOWN_REASONS);
  return [
    text('INVALID', 'failed'),
    text('Do not quote its figures:'),
    ...list(validity.reasons.slice(0, SHOWN_REASONS), 'notices'),
    ...fold(counted(more.length, 'more reason'), list(more, 'notices')),
  ];
};

const bestRateText = (rates: readonly SloRate[], labels: Labels): string => {
  const [best] = rates
    .filter(({ state }) => state === 'kept')
    .toSorted(
      (a, b) => (b.requestRatePerSecond?.value ?? 0) - (a.requestRatePerSecond?.value ?? 0),
    );
  if (best === undefined) {
    const reason = rates.flatMap(({ search }) => search?.reason ?? [])[0] ?? '';
    return `No rate of any target was shown to keep it. ${reason}`.trimEnd();
  }
  const { target, level, requestRatePerSecond: rate } = best;
  const interval = formatInterval(rate?.interval);
  const at = level === undefined ? '' : ` at ${levelLabel(level)}`;
  return `${labelOf(labels, target)}: ${formatFigure(rate?.value)} requests/s${interval === '' ? '' : ` (${interval})`}${at}.`;
};

/** The target with the highest rate within each requested bound, scenario by scenario. */
const sloRateLines = ({ sloRates = [] }: Summary, labels: Labels): readonly NamedLine[] => {
  const names = sloRates.map(
    ({ boundMs, scenario, search }) =>
      `Most ${search === undefined ? 'measured' : 'found'} within a p99 of ${boundMs} ms, ${scenario}`,
  );
  return [...new Set(names)].map((name) => ({
    name,
    text: bestRateText(
      sloRates.filter((_, at) => names[at] === name),
      labels,
    ),
  }));
};

const offText = (share: number): string =>
  `${share < 1 ? '−' : '+'}${formatPercent(Math.abs(share - 1))} %`;

/** How much the machines of a run differ, beside the repeats on one of them. Empty where one pair measured all. */
export const pairSpreadLines = ({ pairSpread }: Summary): readonly NamedLine[] => {
  if (pairSpread === undefined) return [];
  const { pairs, between, within } = pairSpread;
  const rates = pairs.map(({ pair, rateShare }) => `pair ${pair} ${offText(rateShare)}`);
  const repeats =
    within === undefined
      ? 'no pair has two repeats to compare that with'
      : `repeats of one pair by ±${formatPercent(within)} %`;
  return [
    {
      name: 'Between machines',
      text: `Request rate against the mean of the node pairs: ${rates.join(', ')}. The pairs differ by ±${formatPercent(between)} % (standard deviation), ${repeats}.`,
    },
  ];
};

/** What a run comes to: who won and by how much, at what price, and how far to believe it. */
export const answerLines = (summary: Summary, labels: Labels): readonly NamedLine[] => [
  ...winnerLines(summary, labels),
  ...sloRateLines(summary, labels),
  priceLine(summary, labels),
  groundsLine(summary),
  ...pairSpreadLines(summary),
];

/** What is to be known of the software that answered, the same words once; and what takes no part. */
const servedNotices = ({ plan: { served = {}, leftOut = [] } }: Summary): readonly string[] => {
  const titlesBy = new Map<string, string[]>();
  for (const [serving, { platform, real, note }] of Object.entries(served) as [
    ServingName,
    ServedBy,
  ][]) {
    const words = note ?? (real ? '' : `a stand-in, not the platform itself: ${platform}`);
    if (words !== '')
      titlesBy.set(words, [...(titlesBy.get(words) ?? []), manifestOf(serving).title]);
  }
  return [
    ...[...titlesBy].map(([words, titles]) => `${titles.join(', ')}: ${words}`),
    ...leftOut.map(({ serving, reason }) => `Left out: ${manifestOf(serving).title}: ${reason}`),
  ];
};

/** What a reader must know before the figures, the gravest first. Empty for a whole and clean run. */
const noticesOf = (summary: Summary): readonly string[] => {
  const { measurements, isGoingOn, plan, plannedRepeats } = summary;
  const rows = measuredRows(summary);
  const failing = rows.filter((row) => (row.failed ?? 0) > 0);
  const requests = failing.reduce((total, row) => total + (row.failed ?? 0), 0);
  const greyed = rows.filter((row) => !checksSupport(row)).length;
  const undirected = rows.flatMap((row) => row.bypassFailures ?? []);
  const measured = rows.filter((row) => row.repeats > 0);
  const notices: readonly (readonly [boolean, string])[] = [
    [
      isGoingOn === true,
      `The run goes on: ${plan.measurementCount - measurements.missing} of ${counted(plan.measurementCount, 'measurement')} are recorded so far, and every figure may still change.`,
    ],
    [
      plannedRepeats !== undefined,
      `The time was up after ${plan.options.repeats} of ${plannedRepeats} repeats.`,
    ],
    [
      failing.length > 0,
      `${counted(requests, 'request')} in ${counted(failing.length, 'row')} failed; response times are of correct answers only.`,
    ],
    [
      greyed > 0,
      `${counted(greyed, 'row')} of ${rows.length} ${greyed === 1 ? 'fails' : 'fail'} a check: greyed, and not used for verdicts; see Checks.`,
    ],
    [
      undirected.length > 0,
      `The bypass run of ${counted(undirected.length, 'measurement')} gave no figures, first: ${undirected[0]?.reason ?? ''}`,
    ],
    ...servedNotices(summary).map((notice) => [true, notice] as const),
    [
      plan.targets.length === 1,
      'There are no verdicts: they compare targets, and the run has only one.',
    ],
    [
      measured.length > 0 && measured.every((row) => row.repeats === 1),
      'Every figure is of a single repeat: there are no ranges, and small differences mean nothing.',
    ],
  ];
  return notices.flatMap(([isSo, notice]) => (isSo ? [notice] : []));
};

/** `2026-11-25 20:34 UTC` of an ISO 8601 time in UTC; any other text as it is. */
export const dayTimeText = (iso: string): string =>
  iso.replace(/^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}):[\d.]+Z$/, '$1 $2 UTC');

/** The name of a report. */
export const titleOf = ({ plan }: Summary): string => `Servings compared: profile ${plan.profile}`;

/** What stands above the figures: what was compared, what it came to, and what to know before reading on. */
export const headBlocks = (summary: Summary, labels: Labels): readonly Block[] => {
  const { measurements, environment, plan, statement } = summary;
  const { cpuModel, cores } = environment.machine;
  return [
    text(statement, 'statement'),
    text(titleOf(summary), 'title', ['html']),
    text(
      `${dayTimeText(plan.createdAt)} · ${measurements.completed} of ${plan.measurementCount} measurements · ${cpuModel}, ${counted(cores, 'core')}`,
      'small',
      PAGES,
    ),
    ...validityBlocks(summary),
    ...list(answerLines(summary, labels), 'answers'),
    ...list(noticesOf(summary), 'notices'),
  ];
};
