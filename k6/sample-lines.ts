/** One request and how it ended. Times in milliseconds from the start of the load. */
export interface Sample {
  readonly plannedMs: number;
  readonly sentMs: number;
  /** Undefined where nobody waited for the end. */
  readonly doneMs: number | undefined;
  /** Index in the images of the job. */
  readonly image: number;
  /** 0 where there was no answer. */
  readonly status: number;
  /** Of k6; 0 where nothing went wrong. */
  readonly errorCode: number;
  /** Whether the answer holds what it must. */
  readonly right: boolean;
  /** Length of the answer's body. */
  readonly bytes: number;
  /** From the search for a connection to the last byte, by k6's own trace of the exchange. */
  readonly transportMs: number;
  readonly process: string;
  readonly serverTiming: string;
}

/** Counts up where a line changes its meaning. */
const FORMAT = 1;

const micros = (ms: number): string => String(Math.round(ms * 1000));

/** Fields are separated by tabs, so none may hold one. */
const plain = (header: string | undefined): string => (header ?? '').replace(/\s/g, ' ');

/** Tells the reader which lines follow and when the load begins, in milliseconds since 1970. */
export const startLine = (loadStartMs: number): string => `start\t${FORMAT}\t${loadStartMs}`;

/** A planned request for which no virtual user was free. */
export const unsentLine = (plannedMs: number, image: number): string =>
  `unsent\t${micros(plannedMs)}\t${image}`;

export const sampleLine = (sample: Sample): string =>
  [
    'sample',
    micros(sample.plannedMs),
    micros(sample.sentMs),
    sample.doneMs === undefined ? '' : micros(sample.doneMs),
    sample.image,
    sample.status,
    sample.errorCode,
    sample.right ? 1 : 0,
    sample.bytes,
    micros(sample.transportMs),
    plain(sample.process),
    plain(sample.serverTiming),
  ].join('\t');
