import { createHistogram } from '../../stats/histogram.ts';
import { isInside } from '../../../../k6/measuring-window.ts';
import { OUTCOME } from '../outcome.ts';
import type { Tally } from '../tally.ts';

/** How a request ended, according to k6. */
interface K6End {
  /** Whether a connection was made. */
  readonly connected: boolean;
  /** 0 if there was no complete answer; greater than `UPSTREAM_STATUS` if it is that of the serving. */
  readonly status: number;
  /** See https://grafana.com/docs/k6/latest/javascript-api/error-codes/; 0 if nothing went wrong. */
  readonly errorCode: number;
  /** Whether the answer is correct. */
  readonly correct: boolean;
  /** Whether the middleware could not read the answer of the serving. */
  readonly notUnderstood: boolean;
}

const TIMEOUT = 1050;
/** Unresolved names, blocked hosts, failed connections, and TLS errors. */
const CONNECT_CODES: readonly (readonly [from: number, to: number])[] = [
  [1020, 1020],
  [1100, 1199],
  [1210, 1213],
  [1300, 1399],
];
/** Codes that repeat the status of a complete answer. */
const STATUS_CODES = [1400, 1599] as const;

const isIn = (code: number, [from, to]: readonly [number, number]): boolean =>
  code >= from && code <= to;

/**
 * Translates the end of a request to an outcome of the embedded load generator. A failure before the connection was made is
 * `connect`, even a timeout. A connection that broke later, or did not speak HTTP, is `reset`, even after a status.
 */
export const outcomeOf = ({
  connected,
  status,
  errorCode,
  correct,
  notUnderstood,
}: K6End): number => {
  const broke = errorCode !== 0 && !isIn(errorCode, STATUS_CODES);
  if (broke) {
    if (!connected || CONNECT_CODES.some((range) => isIn(errorCode, range))) return OUTCOME.connect;
    return errorCode === TIMEOUT ? OUTCOME.timeout : OUTCOME.reset;
  }
  if (notUnderstood) return OUTCOME.notUnderstood;
  if (status !== 200) return status;
  return correct ? OUTCOME.succeeded : OUTCOME.wrongAnswer;
};

/** A line of the load script; see `k6/sample-lines.ts`. Times are in milliseconds since the start of the load. */
type K6Line =
  /** The first line: when the load starts. */
  | { readonly kind: 'start'; readonly loadStartEpochMs: number }
  /** A planned request that was not sent. */
  | { readonly kind: 'unsent'; readonly plannedMs: number; readonly image: number }
  | ({
      readonly kind: 'sample';
      readonly plannedMs: number;
      /** The number of the virtual user, from 0. */
      readonly user: number;
      readonly sentMs: number;
      readonly doneMs: number;
      readonly image: number;
      /** The time that k6 itself added to the exchange. */
      readonly lagMs: number;
      readonly serverTiming: string;
    } & K6End);

/** The number of fields in each kind of line. */
const FIELD_COUNTS = { start: 2, unsent: 3, sample: 12 } as const;

/**
 * Parses a line.
 *
 * @throws Error that quotes the line if the load script did not write it
 */
export const parseK6Line = (line: string): K6Line => {
  const fields = line.split('\t');
  const [kind = '', ...rest] = fields;
  const complete = fields.length === FIELD_COUNTS[kind as keyof typeof FIELD_COUNTS];
  const number = (index: number): number => {
    const text = rest[index];
    const value = text === undefined || text === '' ? NaN : Number(text);
    if (Number.isNaN(value)) throw unreadable(line);
    return value;
  };
  if (!complete) throw unreadable(line);
  if (kind === 'start') return { kind, loadStartEpochMs: number(0) };
  if (kind === 'unsent') return { kind, plannedMs: number(0) / 1000, image: number(1) };
  return {
    kind: 'sample',
    user: number(0),
    plannedMs: number(1) / 1000,
    sentMs: number(2) / 1000,
    doneMs: number(3) / 1000,
    image: number(4),
    connected: number(5) === 1,
    status: number(6),
    errorCode: number(7),
    correct: number(8) === 1,
    notUnderstood: number(8) === 2,
    lagMs: number(9) / 1000,
    serverTiming: rest[10] ?? '',
  };
};

const unreadable = (line: string): Error =>
  new Error(`k6 wrote a line that the load script does not write: ${JSON.stringify(line)}`);

/** Reads the lines of the load script and counts the requests that they report. */
export class LineReader {
  /** The number of lines so far, of all kinds. */
  lines = 0;
  /** Resolves with the start of the load, in milliseconds since 1970, as soon as k6 reports it. */
  readonly started: Promise<number>;
  readonly #tally: Tally;
  readonly #lag = createHistogram(1000);
  /** The start of a line that is still incomplete. */
  #rest = '';
  #onStart: (loadStartEpochMs: number) => void = () => undefined;

  constructor(tally: Tally) {
    this.#tally = tally;
    this.started = new Promise((resolve) => {
      this.#onStart = resolve;
    });
  }

  /**
   * Reads the next piece of k6's output, which may end inside a line.
   *
   * @throws Error on a line that the load script did not write
   */
  accept(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#read(line);
  }

  /** The time that k6 itself added to the exchanges of the window. */
  lag(): { readonly p99Ms: number; readonly maxMs: number } {
    const lag = this.#lag;
    return lag.totalCount === 0
      ? { p99Ms: 0, maxMs: 0 }
      : { p99Ms: lag.getValueAtPercentile(99) / 1000, maxMs: lag.maxValue / 1000 };
  }

  #read(text: string): void {
    const line = parseK6Line(text);
    this.lines += 1;
    if (line.kind === 'start') {
      this.#onStart(line.loadStartEpochMs);
    } else if (line.kind === 'unsent') {
      this.#tally.addUnsent(line.plannedMs, line.image);
    } else {
      const { user, plannedMs, sentMs, doneMs, image, lagMs } = line;
      this.#tally.add(user, plannedMs, sentMs, doneMs, image, outcomeOf(line), line.serverTiming);
      const { window } = this.#tally;
      if (window !== undefined && isInside(window, plannedMs)) {
        this.#lag.recordValue(Math.round(lagMs * 1000));
      }
    }
  }
}
