import { manifestOf } from '../../../serving-configs/index.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import { TIME_PARTS, type TimePartName } from '../analysis/time-parts.ts';
import { formatFigure } from '../wording/format-number.ts';
import { named } from './blocks.ts';
import type { Item } from './model.ts';
import { labelOf, levelLabel, type Labels } from '../wording/labels.ts';

/** The place of all parts at the serving together. */
export const AT_THE_SERVING = 'at the serving';

/** Titles of columns beside those of the parts. */
export const CLIENT_MEAN = 'client’s mean';
export const NOT_ATTRIBUTED = 'not attributed';

interface TimePartFacts {
  /** Short enough for the head of a column. */
  readonly title: string;
  readonly description: string;
  /** Completes `2 ms of it …`. */
  readonly place: string;
  /** Whether the part is spent at the serving or on the way there. */
  readonly isAtServing?: true;
}

/** The parts of a request's time, for people. */
export const timePartFacts: Readonly<Record<TimePartName, TimePartFacts>> = {
  client: {
    title: 'client',
    description:
      'the way to the middleware, until it has the whole request, and the way back: network, HTTP, event loops',
    place: 'between client and middleware',
  },
  queue: {
    title: 'queue',
    description: 'waiting in the middleware for a turn and for a decoding thread',
    place: 'waiting in the middleware',
  },
  decode: {
    title: 'decode',
    description: 'decoding and resizing the image',
    place: 'decoding the image in the middleware',
  },
  encode: {
    title: 'encode',
    description: 'writing the request to the serving',
    place: 'writing the request to the serving',
  },
  upstream: {
    title: 'upstream',
    description: 'waiting for a serving that does not report its own times',
    place: AT_THE_SERVING,
    isAtServing: true,
  },
  wire: {
    title: 'wire',
    description:
      'waiting for the serving beyond the time that it reports: network, HTTP or gRPC, event loops at both ends',
    place: 'between middleware and serving',
    isAtServing: true,
  },
  serving_queue: {
    title: 'serving’s queue',
    description: 'waiting for the model, as reported by the serving',
    place: 'waiting for the model',
    isAtServing: true,
  },
  serving_compute: {
    title: 'serving’s compute',
    description: 'the model, as reported by the serving',
    place: 'in the model',
    isAtServing: true,
  },
  serving_rest: {
    title: 'serving, rest',
    description: 'the time in the serving that it reports neither as queue nor as compute',
    place: 'around the model, such as reading the request',
    isAtServing: true,
  },
  parse: {
    title: 'parse',
    description: 'reading the answer of the serving',
    place: 'reading the answer of the serving',
  },
};

/** The mean of a part in ms; undefined if no component reports it. */
export const timePartOf = ({ timeParts }: SummaryRow, name: TimePartName): number | undefined =>
  timeParts?.parts.find((part) => part.name === name)?.meanMs;

/** The parts that at least one row has, in their order. */
export const partsIn = (rows: readonly SummaryRow[]): readonly TimePartName[] =>
  TIME_PARTS.filter((name) => rows.some((row) => timePartOf(row, name) !== undefined));

/** Explains the columns of the parts that these rows have; empty if they have none. */
export const timePartLines = (rows: readonly SummaryRow[]): readonly Item[] => {
  const facts = partsIn(rows).map((part) => timePartFacts[part]);
  if (facts.length === 0) return [];
  return named({
    ...Object.fromEntries(facts.map(({ title, description }) => [title, description])),
    [CLIENT_MEAN]: 'the mean response time, measured by the client',
    [NOT_ATTRIBUTED]: 'the client’s mean minus the sum of the parts',
  });
};

/** Which times the serving does not report; undefined if it reports both its queue and its compute. */
const unreportedTimes = ({ target, timeParts }: SummaryRow): string | undefined => {
  const tells = timeParts?.servingTells ?? [];
  if (tells.length === 0) {
    return manifestOf(target.serving).statistics === undefined
      ? 'reports none of its own times, so upstream is one part'
      : 'its own times are not in all of its records, so upstream is one part';
  }
  if (tells.includes('queue')) return undefined;
  if (!tells.includes('request'))
    return 'reports only its compute: the wait in its queue counts as wire';
  return tells.includes('compute')
    ? 'does not report its queue: that wait counts as rest or as compute'
    : 'reports only whole requests: queue and compute count as rest';
};

/** Notes on the parts, each with its target and, if it concerns only one, its level. */
export const timeNotes = (rows: readonly SummaryRow[], labels: Labels): readonly string[] => {
  const notes = rows.flatMap((row) => {
    const { target, level, timeParts } = row;
    if (timeParts === undefined) return [];
    const { addsUp, unattributedMs, totalMs } = timeParts;
    const label = labelOf(labels, target);
    const unreported = unreportedTimes(row);
    const levelNotes = addsUp
      ? timeParts.notes
      : [
          `the parts do not add up: ${formatFigure(unattributedMs)} of ${formatFigure(totalMs)} ms are not attributed`,
          ...timeParts.notes,
        ];
    return [
      ...(unreported === undefined ? [] : [`${label}: ${unreported}`]),
      ...levelNotes.map((note) => `${label}, ${levelLabel(level)}: ${note}`),
    ];
  });
  return [...new Set(notes)];
};
