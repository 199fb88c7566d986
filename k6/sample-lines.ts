import type { Ended } from './exchange.ts';

/** One request and how it ended. Times in milliseconds from the start of the load. */
export interface Sample extends Ended {
  readonly plannedMs: number;
  /** Index in the images of the job. */
  readonly image: number;
  /** Nobody waited for the end any more. */
  readonly unfinished: boolean;
}

const micros = (ms: number): string => String(Math.round(ms * 1000));

/** Fields are separated by tabs, so none may hold one. */
const plain = (header: string): string => header.replace(/\s/g, ' ');

/** Tells the reader when the load begins, in milliseconds since 1970. */
export const startLine = (loadStartMs: number): string => `start\t${loadStartMs}`;

/** A planned request that was not sent, since too many were in flight. */
export const unsentLine = (plannedMs: number, image: number): string =>
  `unsent\t${micros(plannedMs)}\t${image}`;

/** Times are whole microseconds; that of the end is empty where nobody waited for it. */
export const sampleLine = (sample: Sample): string =>
  [
    'sample',
    micros(sample.plannedMs),
    micros(sample.sentMs),
    sample.unfinished ? '' : micros(sample.doneMs),
    sample.image,
    sample.connected ? 1 : 0,
    sample.status,
    sample.errorCode,
    sample.right ? 1 : 0,
    micros(sample.lagMs),
    plain(sample.serverTiming),
  ].join('\t');
