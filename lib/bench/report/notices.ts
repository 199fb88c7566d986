import { manifestOf, type ServingName } from '../../../serving-configs/index.ts';
import { checksSupport } from '../analysis/checks/checks-support.ts';
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
    const text = note ?? (real ? '' : `a stand-in, not the platform itself: ${platform}`);
    if (text !== '') titlesBy.set(text, [...(titlesBy.get(text) ?? []), titleOf(serving)]);
  }
  return [
    ...[...titlesBy].map(([text, titles]) => `${titles.join(', ')}: ${text}`),
    ...leftOut.map(({ serving, reason }) => `Left out: ${titleOf(serving)}: ${reason}`),
  ];
};

/** What is recorded of a run that goes on. */
const goingOnText = ({ measurements, plan: { measurementCount } }: Summary): string =>
  `The run goes on: ${measurementCount - measurements.missing} of ${counted(measurementCount, 'measurement')} are recorded so far, and every figure may still change.`;

/** What a reader must know before the figures, in sentences; the gravest first. Empty for a whole and clean run. */
export const noticesOf = (summary: Summary): readonly string[] => {
  const notices: string[] = [];
  const rows = measuredRows(summary);
  if (summary.isGoingOn === true) notices.push(goingOnText(summary));
  const failing = rows.filter((row) => (row.failed ?? 0) > 0);
  if (failing.length > 0) {
    const requests = failing.reduce((total, row) => total + (row.failed ?? 0), 0);
    notices.push(
      `${counted(requests, 'request')} in ${counted(failing.length, 'row')} failed; response times are of correct answers only.`,
    );
  }
  const greyed = rows.filter((row) => !checksSupport(row)).length;
  if (greyed > 0) {
    notices.push(
      `${counted(greyed, 'row')} of ${rows.length} ${greyed === 1 ? 'fails' : 'fail'} a check: greyed, and no ground for a verdict; see Checks.`,
    );
  }
  const undirected = rows.flatMap((row) => row.bypassFailures ?? []);
  const [first] = undirected;
  if (first !== undefined) {
    notices.push(
      `The bypass run of ${counted(undirected.length, 'measurement')} gave no figures, first: ${first.reason}`,
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
