import { readFile, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip, gunzip } from 'node:zlib';
import type { FailureClass, LoadResult, SecondBin } from '../model/load-result.ts';
import type { TestSample } from '../stability/parts.ts';
import { outcomeName, failureClassOf, OUTCOME } from './outcome.ts';
import {
  createHistogram,
  encodeHistogram,
  recordLatency,
  summariseLatency,
} from '../stats/histogram.ts';
import {
  correctPart,
  isInside,
  shareInside,
  type MeasuringWindow,
} from '../../../k6/measuring-window.ts';

/**
 * The columns of the raw samples. There is one row for each planned request of the load, warm-up and drain included. Times are
 * whole microseconds since the start of the load. `sent_us` and `done_us` are empty if a request was not sent. `image` is an index
 * into the job's images; `outcome` is `succeeded`, a failure class or `unsent`.
 */
const SAMPLE_COLUMNS = 'planned_us,sent_us,done_us,image,outcome';

const ROWS_PER_WRITE = 2000;

/** Writes the samples as gzipped CSV and closes the file. */
export const writeRawSamples = async (
  file: FileHandle,
  samples: Iterable<Sample>,
): Promise<void> => {
  await pipeline(Readable.from(csvBlocks(samples)), createGzip(), file.createWriteStream());
};

/** Reads the good requests of a stability test from its raw samples. */
export const readTestSamples = async (file: string): Promise<readonly TestSample[]> => {
  const csv = await promisify(gunzip)(await readFile(file));
  const [, ...rows] = csv.toString('latin1').trimEnd().split('\n');
  return rows.map((row) => {
    const [plannedUs, , doneUs, , outcome = ''] = row.split(',');
    const plannedMs = Number(plannedUs) / 1000;
    const doneMs = doneUs === '' ? Infinity : Number(doneUs) / 1000;
    return outcome === 'succeeded'
      ? { plannedMs, doneMs, latencyMs: doneMs - plannedMs, failure: undefined }
      : {
          plannedMs,
          doneMs,
          latencyMs: undefined,
          // For a user, a request that was not sent is a timeout.
          failure: outcome === 'unsent' ? 'timeout' : (outcome as FailureClass),
        };
  });
};

function* csvBlocks(samples: Iterable<Sample>): Generator<string> {
  let block = `${SAMPLE_COLUMNS}\n`;
  let rows = 0;
  for (const { plannedMs, sentMs, doneMs, image, outcome } of samples) {
    block += `${micros(plannedMs)},${micros(sentMs)},${micros(doneMs)},${image},${outcomeName(outcome)}\n`;
    rows += 1;
    if (rows === ROWS_PER_WRITE) {
      yield block;
      block = '';
      rows = 0;
    }
  }
  yield block;
}

const micros = (ms: number): string => (Number.isNaN(ms) ? '' : String(Math.round(ms * 1000)));

/** A planned request. Times are in milliseconds since the start of the load. */
export interface Sample {
  /** In a closed loop, the same as `sentMs`. */
  readonly plannedMs: number;
  /** NaN if it was not sent. */
  readonly sentMs: number;
  /** End of the exchange; NaN if the request was not sent. */
  readonly doneMs: number;
  /** Index into the images of the job. */
  readonly image: number;
  /** One of `OUTCOME`, or an HTTP status. */
  readonly outcome: number;
}

const CHUNK_SIZE = 8192;

interface Chunk {
  readonly plannedMs: Float64Array;
  readonly sentMs: Float64Array;
  readonly doneMs: Float64Array;
  readonly image: Uint16Array;
  readonly outcome: Uint16Array;
}

const emptyChunk = (): Chunk => ({
  plannedMs: new Float64Array(CHUNK_SIZE),
  sentMs: new Float64Array(CHUNK_SIZE),
  doneMs: new Float64Array(CHUNK_SIZE),
  image: new Uint16Array(CHUNK_SIZE),
  outcome: new Uint16Array(CHUNK_SIZE),
});

/**
 * All samples of a load, 28 bytes each. It grows in chunks, because copying what is there would stall the sending.
 */
export class Samples {
  readonly #chunks: Chunk[] = [];
  #last = emptyChunk();
  #used = CHUNK_SIZE;

  get length(): number {
    return this.#chunks.length === 0 ? 0 : (this.#chunks.length - 1) * CHUNK_SIZE + this.#used;
  }

  add(plannedMs: number, sentMs: number, doneMs: number, image: number, outcome: number): void {
    if (this.#used === CHUNK_SIZE) {
      this.#last = this.#chunks.length === 0 ? this.#last : emptyChunk();
      this.#chunks.push(this.#last);
      this.#used = 0;
    }
    const chunk = this.#last;
    const index = this.#used;
    chunk.plannedMs[index] = plannedMs;
    chunk.sentMs[index] = sentMs;
    chunk.doneMs[index] = doneMs;
    chunk.image[index] = image;
    chunk.outcome[index] = outcome;
    this.#used = index + 1;
  }

  /** Yields the samples in the order in which the exchanges ended. */
  *[Symbol.iterator](): Generator<Sample> {
    for (const chunk of this.#chunks) {
      const used = chunk === this.#last ? this.#used : CHUNK_SIZE;
      for (let index = 0; index < used; index += 1) {
        yield {
          plannedMs: chunk.plannedMs[index] ?? NaN,
          sentMs: chunk.sentMs[index] ?? NaN,
          doneMs: chunk.doneMs[index] ?? NaN,
          image: chunk.image[index] ?? 0,
          outcome: chunk.outcome[index] ?? 0,
        };
      }
    }
  }
}

const SECOND_MS = 1000;

/**
 * Divides the window into seconds, each with the correct answers that count for the rate, the failures that arrived in it, and the median
 * of the answers that arrived in it.
 */
export const binBySecond = (
  samples: Iterable<Sample>,
  window: MeasuringWindow,
  loop: 'closed' | 'open',
): SecondBin[] => {
  const seconds = Array.from(
    // Rounded, because the edges are sums whose last digits are noise.
    { length: Math.ceil(Math.round(window.endMs - window.startMs) / SECOND_MS) },
    (_, second) => {
      const startMs = window.startMs + second * SECOND_MS;
      const endMs = Math.min(startMs + SECOND_MS, window.endMs);
      return { startMs, endMs, succeeded: 0, failed: 0, latenciesMs: [] as number[] };
    },
  );
  const indexOf = (timeMs: number): number => Math.floor((timeMs - window.startMs) / SECOND_MS);
  for (const sample of samples) {
    const { plannedMs, sentMs, doneMs, outcome } = sample;
    const doneIn = isInside(window, doneMs) ? seconds[indexOf(doneMs)] : undefined;
    if (outcome === OUTCOME.succeeded) {
      doneIn?.latenciesMs.push(doneMs - plannedMs);
      for (const second of seconds.slice(
        Math.max(0, indexOf(sentMs)),
        Math.max(0, indexOf(doneMs) + 1),
      )) {
        second.succeeded += correctPart(second, loop, sample);
      }
    } else if (doneIn !== undefined && failureClassOf(outcome) !== undefined) {
      doneIn.failed += 1;
    }
  }
  return seconds.map(({ succeeded, failed, latenciesMs }, second) => {
    const sorted = Float64Array.from(latenciesMs).sort();
    const p50Ms = sorted[Math.ceil(sorted.length / 2) - 1];
    return { second, succeeded: Number(succeeded.toFixed(3)), failed, p50Ms };
  });
};

/** The part of a result that follows from the samples alone. */
type SampleSummary = Omit<
  LoadResult,
  'generator' | 'startedAt' | 'durationSeconds' | 'answers' | 'phases' | 'self'
>;

/**
 * A request counts as delayed if it left later than its planned time by more than both: a time, and a share of the median
 * latency. Latency starts at the planned time, so a delay within these limits hardly changes it.
 */
const DELAYED_AFTER_MS = 1;
const DELAYED_AFTER_SHARE = 0.05;

/** Undefined for no values. */
const percentile99 = (values: readonly number[]): number | undefined =>
  values.toSorted((a, b) => a - b)[Math.ceil(0.99 * values.length) - 1];

/** Turns samples into figures. `measuring-window.ts` says which sample counts for which figure. */
export const summariseSamples = (
  samples: Iterable<Sample>,
  window: MeasuringWindow,
  loop: 'closed' | 'open',
  timeoutMs: number,
): SampleSummary => {
  const histogram = createHistogram(timeoutMs);
  const failures: Partial<Record<FailureClass, number>> = {};
  const isClosed = loop === 'closed';
  const windowMs = window.endMs - window.startMs;
  let [succeeded, failed, succeededInside, offered, unsent] = [0, 0, 0, 0, 0];
  const delaysMs: number[] = [];
  let occupiedMs = 0;
  for (const sample of samples) {
    const { plannedMs, sentMs, doneMs, outcome } = sample;
    if (isClosed) occupiedMs += shareInside(window, sentMs, doneMs) * (doneMs - sentMs);
    if (outcome === OUTCOME.succeeded) succeededInside += correctPart(window, loop, sample);
    if (!isInside(window, plannedMs)) continue;
    offered += 1;
    if (outcome === OUTCOME.unsent) unsent += 1;
    else delaysMs.push(sentMs - plannedMs);
    const failure = failureClassOf(outcome);
    if (failure !== undefined) {
      failed += 1;
      failures[failure] = (failures[failure] ?? 0) + 1;
    } else if (outcome === OUTCOME.succeeded) {
      succeeded += 1;
      recordLatency(histogram, doneMs - plannedMs);
    }
  }
  const latency = summariseLatency(histogram);
  const lateMs = Math.max(DELAYED_AFTER_MS, DELAYED_AFTER_SHARE * latency.p50Ms);
  const delayed = delaysMs.filter((delayMs) => delayMs > lateMs).length;
  return {
    succeeded,
    failed,
    failures,
    requestRatePerSecond: (succeededInside * 1000) / windowMs,
    failedShare: succeeded + failed === 0 ? 0 : failed / (succeeded + failed),
    offered,
    unsent,
    delayedShare: delaysMs.length === 0 ? 0 : delayed / delaysMs.length,
    delayP99Ms: isClosed ? undefined : percentile99(delaysMs),
    meanInFlight: isClosed ? occupiedMs / windowMs : undefined,
    latency,
    histogram: encodeHistogram(histogram),
    bins: binBySecond(samples, window, loop),
  };
};
