import { isRunningServer, servingFactsOf } from '../../../serving-configs/index.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { WhySlower } from '../analysis/summary.ts';
import { TIME_PARTS, type TimePartName } from '../analysis/time-parts.ts';
import { formatFigure } from '../wording/format-number.ts';
import { labelOf, levelLabel, type Labels } from '../wording/labels.ts';

/** The place of all parts of the server together. */
const AT_THE_SERVER = 'at the server';

/** Titles of columns beside those of the parts. */
export const CLIENT_MEAN = 'client’s mean';
export const NOT_ATTRIBUTED = 'not attributed';

/** Whose time a part is. */
export const TIME_OWNERS = ['load generator', 'our middleware', 'server'] as const;

interface TimePartFacts {
  readonly owner: (typeof TIME_OWNERS)[number];
  /** A word or two, beside the owner. */
  readonly part: string;
  readonly description: string;
  /** Completes `2 ms …`. */
  readonly place: string;
}

/** The parts of a request's time, for people. */
export const timePartFacts: Readonly<Record<TimePartName, TimePartFacts>> = {
  client: {
    owner: 'load generator',
    part: 'network',
    description:
      'the way to the middleware, until it has the whole request, and the way back: network, HTTP, event loops',
    place: 'between load generator and middleware',
  },
  queue: {
    owner: 'our middleware',
    part: 'queue',
    description: 'waiting for a turn and for a decoding thread',
    place: 'waiting in the middleware',
  },
  decode: {
    owner: 'our middleware',
    part: 'decode image',
    description: 'decoding and resizing the image',
    place: 'decoding the image in the middleware',
  },
  encode: {
    owner: 'our middleware',
    part: 'write request',
    description: 'writing the request to the server',
    place: 'writing the request in the middleware',
  },
  upstream: {
    owner: 'server',
    part: 'total',
    description: 'waiting for a server that does not report its own times, network included',
    place: AT_THE_SERVER,
  },
  wire: {
    owner: 'server',
    part: 'network',
    description:
      'waiting for the server beyond the time that it reports: network, HTTP or gRPC, event loops at both ends',
    place: 'between middleware and server',
  },
  serving_queue: {
    owner: 'server',
    part: 'queue',
    description: 'waiting for the model, as reported by the server',
    place: 'in the queue of the server',
  },
  serving_compute: {
    owner: 'server',
    part: 'model',
    description: 'computing, as reported by the server',
    place: 'in the model',
  },
  serving_rest: {
    owner: 'server',
    part: 'rest',
    description:
      'its time that it reports neither as queue nor as model, such as reading the request; all of it, if it reports only whole requests',
    place: 'in the server outside the model (such as reading the request)',
  },
  parse: {
    owner: 'our middleware',
    part: 'read answer',
    description: 'reading the answer of the server',
    place: 'reading the answer in the middleware',
  },
};

/** Where a difference of times lies: `in the model`. */
export const placeWords = (place: WhySlower['places'][number]['place']): string => {
  if (place === 'server') return AT_THE_SERVER;
  return place === 'elsewhere' ? 'elsewhere' : timePartFacts[place].place;
};

/** The name of a part with its owner: `server: queue`. */
export const timePartTitle = (name: TimePartName): string => {
  const { owner, part } = timePartFacts[name];
  return `${owner}: ${part}`;
};

/** The mean of a part in ms; undefined if no component reports it. */
export const timePartOf = ({ timeParts }: SummaryRow, name: TimePartName): number | undefined =>
  timeParts?.parts.find((part) => part.name === name)?.meanMs;

/** The parts that at least one row has, in their order. */
export const partsIn = (rows: readonly SummaryRow[]): readonly TimePartName[] =>
  TIME_PARTS.filter((name) => rows.some((row) => timePartOf(row, name) !== undefined));

/** Which times the serving does not report; undefined if it reports both its queue and its compute. */
const unreportedTimes = ({ target, timeParts }: SummaryRow): string | undefined => {
  const tells = timeParts?.servingTells ?? [];
  if (tells.length === 0) {
    return isRunningServer(target.serving) ||
      servingFactsOf(target.serving).statistics === undefined
      ? 'reports none of its own times, so the server’s time is one part'
      : 'its own times are not in all of its records, so the server’s time is one part';
  }
  if (tells.includes('queue')) return undefined;
  if (!tells.includes('request'))
    return 'reports only the time of the model: the wait in its queue counts as network';
  return tells.includes('compute')
    ? 'does not report its queue: that wait counts as rest or as model'
    : 'reports only whole requests: queue and model count as rest';
};

/** Notes on the parts, each with its target and, if it concerns only one, its level. */
export const timeNotes = (rows: readonly SummaryRow[], labels: Labels): readonly string[] => {
  const notes = rows.flatMap((row) => {
    const { target, level, timeParts } = row;
    if (timeParts === undefined) return [];
    const { addsUp, unattributedMs, totalMs } = timeParts;
    const label = labelOf(labels, target);
    const unreported = unreportedTimes(row);
    const levelNotes = [
      ...(addsUp
        ? []
        : [
            `the parts do not add up: ${formatFigure(unattributedMs)} of ${formatFigure(totalMs)} ms are not attributed`,
          ]),
      ...timeParts.unreported.map(
        ({ repeat, why }) => `repeat ${repeat}: the serving's own times are missing: ${why}`,
      ),
    ];
    return [
      ...(unreported === undefined ? [] : [`${label}: ${unreported}`]),
      ...levelNotes.map((note) => `${label}, ${levelLabel(level)}: ${note}`),
    ];
  });
  return [...new Set(notes)];
};
