import type { AddedLatency } from './added-latency.ts';

/** Figures of one round, all measured in the same run. */
export interface Round {
  /** (a): CPU milliseconds of decoding and resizing alone. */
  readonly bareSharpCpuMs: number;
  /** (b): CPU milliseconds of forwarding the raw body. */
  readonly bareForwardCpuMs: number;
  /** CPU milliseconds of every case, by its name. */
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly perSecond: Readonly<Record<string, number>>;
}

export interface Target {
  readonly path: string;
  readonly wanted: string;
  /** The figure of a round; for comparing with `limit`. */
  readonly figure: (round: Round) => number;
  readonly limit: number;
  /** The paths that must have been measured. */
  readonly needs: readonly string[];
  /** True where more is better. */
  readonly isFloor?: true;
}

const cpu = (round: Round, name: string): number => round.cpuMs[name] ?? Number.NaN;

/** The targets that rest on CPU time and rate. */
export const targets: readonly Target[] = [
  {
    path: 'image, raw body',
    wanted: '≤ 1.3 × (b)',
    needs: ['image, raw body'],
    figure: (round) => cpu(round, 'image, raw body') / round.bareForwardCpuMs,
    limit: 1.3,
  },
  {
    path: 'image, form',
    wanted: '≤ 1.8 × (b)',
    needs: ['image, form'],
    figure: (round) => cpu(round, 'image, form') / round.bareForwardCpuMs,
    limit: 1.8,
  },
  {
    path: 'tensor, binary (NCHW)',
    wanted: '≤ 1 of 1.2 × (a) + (b)',
    needs: ['tensor, binary (NCHW)'],
    figure: (round) =>
      cpu(round, 'tensor, binary (NCHW)') / (1.2 * round.bareSharpCpuMs + round.bareForwardCpuMs),
    limit: 1,
  },
  {
    path: 'tensor, gRPC (NCHW)',
    wanted: '≥ 0.85 of the rate of binary (NCHW)',
    needs: ['tensor, gRPC (NCHW)', 'tensor, binary (NCHW)'],
    figure: ({ perSecond }) =>
      (perSecond['tensor, gRPC (NCHW)'] ?? Number.NaN) /
      (perSecond['tensor, binary (NCHW)'] ?? Number.NaN),
    limit: 0.85,
    isFloor: true,
  },
  {
    path: 'tensor, JSON rows',
    wanted: '≤ 1.5 × binary (NHWC)',
    needs: ['tensor, JSON rows', 'tensor, binary (NHWC)'],
    figure: (round) => cpu(round, 'tensor, JSON rows') / cpu(round, 'tensor, binary (NHWC)'),
    limit: 1.5,
  },
  {
    path: 'fullsize, JSON rows',
    wanted: '≤ 25 ms CPU',
    needs: ['fullsize, JSON rows'],
    figure: (round) => cpu(round, 'fullsize, JSON rows'),
    limit: 25,
  },
  {
    path: 'fullsize, JSON rows',
    wanted: '≥ 35 req/s',
    needs: ['fullsize, JSON rows'],
    figure: (round) => round.perSecond['fullsize, JSON rows'] ?? Number.NaN,
    limit: 35,
    isFloor: true,
  },
];

/** The bound of what the middleware adds at one client, at the 99th percentile. */
export const ADDED_LATENCY_LIMIT_MS = 3;

export const holds = ({ limit, isFloor }: Target, figure: number): boolean =>
  isFloor === true ? figure >= limit : figure <= limit;

export const addedLatencyHolds = ({ p99Ms }: AddedLatency): boolean =>
  p99Ms <= ADDED_LATENCY_LIMIT_MS;
