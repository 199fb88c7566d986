import { manifestOf, type ServingName } from '../../../serving-configs/index.ts';
import { gatesSupport } from '../analysis/gates/gates-support.ts';
import type { Summary } from '../analysis/summary.ts';
import { counted } from '../wording/counted.ts';
import type { ServedBy } from '../model/plan.ts';
import { measuredRows } from './row-groups.ts';

const titleOf = (serving: ServingName): string => manifestOf(serving).title;

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

/** What is recorded of a run that goes on. */
const goingOnText = ({ cells, plan: { cellCount } }: Summary): string =>
  `The run goes on: ${cellCount - cells.missing} of ${counted(cellCount, 'cell')} are recorded so far, and every figure may still change.`;

/** What a reader must know before the figures, in sentences; the gravest first. Empty for a whole and clean run. */
export const noticesOf = (summary: Summary): readonly string[] => {
  const notices: string[] = [];
  const rows = measuredRows(summary);
  if (summary.isGoingOn === true) notices.push(goingOnText(summary));
  const failing = rows.filter((row) => (row.failed ?? 0) > 0);
  if (failing.length > 0) {
    const requests = failing.reduce((total, row) => total + (row.failed ?? 0), 0);
    notices.push(
      `${counted(requests, 'request')} in ${counted(failing.length, 'row')} failed; response times are of right answers only.`,
    );
  }
  const greyed = rows.filter((row) => !gatesSupport(row)).length;
  if (greyed > 0) {
    notices.push(
      `${counted(greyed, 'row')} of ${rows.length} ${greyed === 1 ? 'fails' : 'fail'} a gate: greyed, and no ground for a verdict; see Gates.`,
    );
  }
  const undirected = rows.flatMap((row) => row.directFailures ?? []);
  const [first] = undirected;
  if (first !== undefined) {
    notices.push(
      `The direct check of ${counted(undirected.length, 'cell')} gave no figures, first: ${first.reason}`,
    );
  }
  notices.push(...servedNotices(summary));
  const measured = rows.filter((row) => row.repeats > 0);
  if (measured.length > 0 && measured.every((row) => row.repeats === 1)) {
    notices.push(
      'Every figure is of a single repeat: there are no ranges, and small differences mean nothing.',
    );
  }
  return notices;
};
