import type { Ended } from './exchange.ts';

/** A request and how it ended. Times are in milliseconds since the start of the load. */
export interface K6Sample extends Ended {
  /** The number of the virtual user, from 0. */
  readonly user: number;
  readonly plannedMs: number;
  /** Index into the images of the job. */
  readonly image: number;
}

const micros = (ms: number): string => String(Math.round(ms * 1000));

/** Tabs separate the fields, so none may contain one. */
const plain = (header: string): string => header.replace(/\s/g, ' ');

/** The line with the start of the load, in milliseconds since 1970. */
export const startLine = (loadStartMs: number): string => `start\t${loadStartMs}`;

/** The line of a planned request that was not sent, because too many were in flight. */
export const unsentLine = (plannedMs: number, image: number): string =>
  `unsent\t${micros(plannedMs)}\t${image}`;

/**
 * The line of a request. Times are in whole microseconds. The answer is 1 if it is correct, 2 if
 * the middleware could not read that of the serving, and else 0.
 */
export const sampleLine = (sample: K6Sample): string =>
  [
    'sample',
    sample.user,
    micros(sample.plannedMs),
    micros(sample.sentMs),
    micros(sample.doneMs),
    sample.image,
    sample.connected ? 1 : 0,
    sample.status,
    sample.errorCode,
    sample.notUnderstood ? 2 : Number(sample.correct),
    micros(sample.lagMs),
    plain(sample.serverTiming),
  ].join('\t');
