import { manifestOf } from '../../../serving-configs/index.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import { TIME_PARTS, type TimePartName } from '../analysis/time-parts.ts';
import { formatFigure } from '../wording/format-number.ts';
import { labelOf, levelLabel, type Labels } from '../wording/labels.ts';

/** Titles of the parts, short enough for the head of a column. */
export const TIME_PART_TITLES: Readonly<Record<TimePartName, string>> = {
  client: 'client',
  queue: 'queue',
  decode: 'decode',
  encode: 'encode',
  upstream: 'upstream',
  wire: 'wire',
  serving_queue: 'serving’s queue',
  serving_compute: 'serving’s compute',
  serving_rest: 'serving, rest',
  parse: 'parse',
};

/** What happens in each part. */
export const TIME_PART_WORDS: Readonly<Record<TimePartName, string>> = {
  client:
    'from sending until the middleware has the whole request, and from its result back to the client: network, HTTP, event loops',
  queue: 'waiting in the middleware for a turn, and for a thread that decodes',
  decode: 'decoding and resizing the image',
  encode: 'writing the request to the serving',
  upstream: 'waiting for the serving, where it does not report its own times',
  wire: 'what the middleware waited for the serving beyond the time that the serving reports: network, HTTP or gRPC, event loops at both ends',
  serving_queue: 'waiting for the model, as the serving reports it',
  serving_compute: 'the model, as the serving reports it',
  serving_rest:
    'the rest of the request inside the serving, which it does not call queue or compute',
  parse: 'reading its answer',
};

/** The parts at the serving and on the way there. */
export const AT_SERVING: ReadonlySet<TimePartName> = new Set([
  'upstream',
  'wire',
  'serving_queue',
  'serving_compute',
  'serving_rest',
]);

/** The mean of a part in ms; undefined if nobody reports it. */
export const timePartOf = ({ timeParts }: SummaryRow, name: TimePartName): number | undefined =>
  timeParts?.parts.find((part) => part.name === name)?.meanMs;

/** The parts that at least one row has, in their order. */
export const partsIn = (rows: readonly SummaryRow[]): readonly TimePartName[] =>
  TIME_PARTS.filter((name) => rows.some((row) => timePartOf(row, name) !== undefined));

/** Which times the serving does not report; undefined if it reports both its queue and its compute. */
const unreportedTimes = ({ target, timeParts }: SummaryRow): string | undefined => {
  const tells = timeParts?.servingTells ?? [];
  if (tells.length === 0) {
    return manifestOf(target.serving).statistics === undefined
      ? 'reports none of its own times, so upstream is one part'
      : 'its own times are not in all of its records, so upstream is one part';
  }
  if (tells.includes('queue')) return undefined;
  if (!tells.includes('request')) return 'reports its compute only, so its queue is in wire';
  return tells.includes('compute')
    ? 'reports no queue, so its queue is in its rest or in its compute'
    : 'reports a request as a whole, so its queue and its compute are in its rest';
};

/** Notes on the parts, each with its target and, if it concerns only one, its level. */
export const timeNotes = (rows: readonly SummaryRow[], labels: Labels): readonly string[] => {
  const notes = rows.flatMap((row) => {
    const { target, level, timeParts } = row;
    if (timeParts === undefined) return [];
    const label = labelOf(labels, target);
    const unreported = unreportedTimes(row);
    const levelNotes = [
      ...(timeParts.addsUp
        ? []
        : [
            `the parts do not add up: unattributed ${formatFigure(timeParts.unattributedMs)} of ${formatFigure(timeParts.totalMs)} ms`,
          ]),
      ...timeParts.notes,
    ];
    return [
      ...(unreported === undefined ? [] : [`${label}: ${unreported}`]),
      ...levelNotes.map((note) => `${label}, ${levelLabel(level)}: ${note}`),
    ];
  });
  return [...new Set(notes)];
};
