import { limitPercent } from '../../wording/format-number.ts';
import { MAX_CPU_SHARE, MAX_DELAYED_SHARE } from '../../load/self-check.ts';
import { NEAR_NOOP_LIMIT_SHARE } from './noop-limit.ts';
import { BYPASS_SHARE_LIMIT } from './bypass.ts';
import type { CheckName } from './check.ts';
import { DRIFT_LIMIT } from './drift.ts';
import { IDLE_LIMIT } from './users-busy.ts';
import { MIDDLEWARE_CPU_LIMIT } from './cpu.ts';
import { CALIBRATION_LIMIT } from './calibration.ts';
import { GPU_IDLE_LIMIT, GPU_THROTTLED_LIMIT } from './gpu.ts';

/** The texts of a check. */
interface CheckFacts {
  readonly title: string;
  readonly asks: string;
  readonly limit: string;
  /** A label for results that did not pass. */
  readonly tag: string;
}

export const checkFacts: Readonly<Record<CheckName, CheckFacts>> = {
  'users-busy': {
    title: 'Users busy',
    asks: 'Did every virtual user of a closed loop wait for an answer all the time?',
    limit: `idle for at most ${limitPercent(IDLE_LIMIT)} of the time`,
    tag: 'idle users',
  },
  'generator-cpu': {
    title: 'Generator CPU',
    asks: 'Did the load generator have CPU time to spare?',
    limit: `≤ ${limitPercent(MAX_CPU_SHARE)} of the cores that it can use`,
    tag: 'generator cpu',
  },
  'middleware-cpu': {
    title: 'Middleware CPU',
    asks: 'Did the busiest process of the middleware have CPU time to spare?',
    limit: `≤ ${limitPercent(MIDDLEWARE_CPU_LIMIT)} of a core`,
    tag: 'middleware cpu',
  },
  'noop-limit': {
    title: 'No-op limit',
    asks: 'Is the rig far from its own limit, measured with a backend that answers at once?',
    limit: `rate ≤ ${limitPercent(NEAR_NOOP_LIMIT_SHARE)} of the no-op limit`,
    tag: 'no-op limit',
  },
  bypass: {
    title: 'Bypass run',
    asks: 'How much of the bypass run’s rate remains with the middleware?',
    limit: `warned below ${limitPercent(BYPASS_SHARE_LIMIT)}`,
    tag: 'bypass',
  },
  schedule: {
    title: 'Schedule',
    asks: 'Did an open loop send what was planned, when it was planned?',
    limit: `at most ${limitPercent(MAX_DELAYED_SHARE)} late by more than 1 ms and 5 % of the median, none unsent`,
    tag: 'schedule',
  },
  'gpu-idle': {
    title: 'GPU idle',
    asks: 'Was the GPU busy at the target’s highest rate?',
    limit: `warned below ${GPU_IDLE_LIMIT} %`,
    tag: 'gpu idle',
  },
  'gpu-throttled': {
    title: 'GPU throttling',
    asks: 'Could the GPU run at its clock, or did heat or its hardware slow it down?',
    limit: `throttled ≤ ${limitPercent(GPU_THROTTLED_LIMIT)} of the seconds; the power cap does not count`,
    tag: 'gpu throttled',
  },
  'host-state': {
    title: 'Host state',
    asks: 'Did CPU governor and SMT of both nodes stay as they were in each window?',
    limit: 'no change',
    tag: 'host changed',
  },
  drift: {
    title: 'Drift',
    asks: 'Was the target as fast in the first repeat as in the last?',
    limit: `mean response time changes by ≤ ${limitPercent(DRIFT_LIMIT)}, or as chance explains`,
    tag: 'drift',
  },
  censoring: {
    title: 'Censoring',
    asks: 'Did every request end before a timeout?',
    limit: 'no timeouts',
    tag: 'censored',
  },
  calibration: {
    title: 'Calibration',
    asks: 'Does this rig measure a known latency correctly?',
    limit: `mean response time and rate within ${limitPercent(CALIBRATION_LIMIT)}, wider in short windows`,
    tag: 'calibration',
  },
};
