import { NEAR_CEILING_SHARE } from '../analysis/ceiling.ts';
import { manifestOf, type ServingName } from '../../../serving-configs/index.ts';
import type { Summary, SummaryRow } from '../analysis/summary.ts';
import { pathId } from '../plan/cell.ts';
import type { ServedBy } from '../plan/plan.ts';
import { measuredRows } from './row-groups.ts';
import { savingsNotice } from './savings-notice.ts';

const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

const titleOf = (serving: ServingName): string => manifestOf(serving).title;

const unrecordedRepeats = ({
  plannedRepeats = 0,
  repeats,
  failedRepeats,
  skippedRepeats = [],
}: SummaryRow): number => plannedRepeats - repeats - failedRepeats.length - skippedRepeats.length;

/** What is to be known of the software that answered, the same words once; and what takes no part. */
const servedNotices = ({ plan: { served = {}, leftOut = [] } }: Summary): readonly string[] => {
  const titlesBy = new Map<string, string[]>();
  for (const [serving, { platform, real, note }] of Object.entries(served) as [
    ServingName,
    ServedBy,
  ][]) {
    const text =
      note ?? (real ? '' : `not the platform itself but a peer in its place: ${platform}`);
    if (text !== '') titlesBy.set(text, [...(titlesBy.get(text) ?? []), titleOf(serving)]);
  }
  return [
    ...[...titlesBy].map(([text, titles]) => `${titles.join(', ')}: ${text}`),
    ...leftOut.map(({ serving, reason }) => `Left out: ${titleOf(serving)}: ${reason}`),
  ];
};

/** What a reader must know before the figures, in sentences; the gravest first. Empty for a whole and clean run. */
export const noticesOf = (
  summary: Summary,
  labels: ReadonlyMap<string, string>,
): readonly string[] => {
  const notices: string[] = [];
  const fallen = summary.checks.filter((check) => check.state === 'failed');
  for (const { path, engine, reason } of fallen) {
    const name = labels.get(pathId(path)) ?? pathId(path);
    const of = engine === 'null' ? `${name} with the null engine` : name;
    notices.push(`${of} gave wrong answers and was stopped: ${reason ?? 'no reason recorded'}`);
  }
  const stopped = new Set(fallen.map(({ path, engine }) => `${pathId(path)}/${engine}`));
  const { missing, failed } = summary.cells;
  const missingStopped = summary.rows
    .filter((row) => stopped.has(`${pathId(row.path)}/${row.engine}`))
    .reduce((total, row) => total + Math.max(0, unrecordedRepeats(row)), 0);
  const cut = missing - Math.min(missing, missingStopped);
  if (cut > 0) {
    const done = summary.plan.cellCount - missing;
    notices.push(
      `The run was cut off: ${done} of ${count(summary.plan.cellCount, 'cell')} were recorded; resume it with "bench run ${summary.plan.where === 'aws' ? '--on aws ' : ''}--resume". Figures below are of what was recorded.`,
    );
  }
  if (failed > 0)
    notices.push(`${count(failed, 'cell')} failed and gave no figures; see Failures.`);
  const rows = measuredRows(summary);
  const failing = rows.filter((row) => (row.failed ?? 0) > 0);
  if (failing.length > 0) {
    const requests = failing.reduce((total, row) => total + (row.failed ?? 0), 0);
    notices.push(
      `${count(requests, 'request')} in ${count(failing.length, 'row')} failed; response times are of right answers only.`,
    );
  }
  const near = rows.filter((row) => row.ceiling?.near === true).length;
  if (near > 0) {
    notices.push(
      `${count(near, 'row')} ${near === 1 ? 'lies' : 'lie'} above ${Math.round(NEAR_CEILING_SHARE * 100)} % of the apparatus’ ceiling: there the apparatus may be the limit, and not the serving.`,
    );
  }
  const late = rows.filter((row) => row.warnings.length > 0).length;
  if (late > 0) {
    notices.push(
      `In ${count(late, 'row')} the load generator did not keep up: those figures are of the generator too.`,
    );
  }
  const undirected = rows.flatMap((row) => row.directFailures ?? []);
  const [first] = undirected;
  if (first !== undefined) {
    notices.push(
      `The direct check of ${count(undirected.length, 'cell')} gave no figures, first: ${first.reason}`,
    );
  }
  const limited = rows.filter((row) => row.direct?.keptUp === false).length;
  if (limited > 0) {
    notices.push(
      `In ${count(limited, 'row')} the load engine did not keep up with the direct check: there the share of the direct rate looks better than it is.`,
    );
  }
  const saved = savingsNotice(summary);
  if (saved !== undefined) notices.push(saved);
  notices.push(...servedNotices(summary));
  const measured = rows.filter((row) => row.repeats > 0);
  if (measured.length > 0 && measured.every((row) => row.repeats === 1)) {
    notices.push(
      'Every figure is of a single repeat: there are no ranges, and small differences mean nothing.',
    );
  }
  return notices;
};
