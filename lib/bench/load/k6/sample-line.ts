import type { K6End } from './outcome.ts';

/** A line of the load script, see `k6/sample-lines.ts`. Times in milliseconds from the start of the load. */
export type K6Line =
  /** Before all others: when the load begins. */
  | { readonly kind: 'start'; readonly loadStartEpochMs: number }
  /** A planned request that was not sent. */
  | { readonly kind: 'unsent'; readonly plannedMs: number; readonly image: number }
  | ({
      readonly kind: 'sample';
      readonly plannedMs: number;
      readonly sentMs: number;
      /** NaN where nobody waited for the end any more. */
      readonly doneMs: number;
      readonly image: number;
      readonly bytes: number;
      /** What k6 took beside the exchange. */
      readonly lagMs: number;
      readonly process: string;
      readonly serverTiming: string;
    } & K6End);

/** The version of the lines that this program reads. */
const FORMAT = '1';
const FIELDS = { start: 3, unsent: 3, sample: 13 } as const;

/** Reads one line. Throws, quoting it, where the load script did not write it. */
export const parseK6Line = (line: string): K6Line => {
  const fields = line.split('\t');
  const [kind = '', ...rest] = fields;
  const complete = fields.length === FIELDS[kind as keyof typeof FIELDS];
  const number = (index: number): number => {
    const text = rest[index];
    const value = text === undefined || text === '' ? NaN : Number(text);
    if (Number.isNaN(value)) throw unreadable(line);
    return value;
  };
  if (!complete) throw unreadable(line);
  if (kind === 'start') {
    if (rest[0] !== FORMAT) {
      throw new Error(
        `The load script writes format ${rest[0]} and this program reads ${FORMAT}: they are of different versions.`,
      );
    }
    return { kind, loadStartEpochMs: number(1) };
  }
  if (kind === 'unsent') return { kind, plannedMs: number(0) / 1000, image: number(1) };
  return {
    kind: 'sample',
    plannedMs: number(0) / 1000,
    sentMs: number(1) / 1000,
    doneMs: rest[2] === '' ? NaN : number(2) / 1000,
    image: number(3),
    connected: number(4) === 1,
    status: number(5),
    errorCode: number(6),
    right: number(7) === 1,
    bytes: number(8),
    lagMs: number(9) / 1000,
    process: rest[10] ?? '',
    serverTiming: rest[11] ?? '',
  };
};

const unreadable = (line: string): Error =>
  new Error(`k6 wrote a line that is none of the load script: ${JSON.stringify(line)}.`);
