import type { OracleCheck, OracleTry } from '../../lib/bench/results/record.ts';
import { recordedPaths } from './recorded-run.ts';

/** 4 users of a serving that takes 25 ms for a request, one at a time: 40 requests/s at 100 ms. */
export const rightTry: OracleTry = {
  startedAt: '2026-01-02T03:04:05.000Z',
  durationSeconds: 2,
  succeeded: 80,
  failed: 0,
  requestRatePerSecond: 40,
  meanMs: 100,
  minMs: 97,
  ownMs: 4,
};

const [path] = recordedPaths();
if (path === undefined) throw new Error('no path');

/** One that was measured right, but for what differs. */
export const oracleCheck = (
  one: Partial<OracleTry>,
  extra: Partial<OracleCheck> = {},
): OracleCheck => ({
  kind: 'oracle',
  state: 'completed',
  path,
  virtualUsers: 4,
  delayMs: 25,
  tries: [{ ...rightTry, ...one }],
  ...extra,
});
