import type { OracleCheck, OracleTry } from '../../lib/bench/model/record.ts';
import { oracleRecord, recordedPaths, rightTry } from './recorded-run.ts';

const [path] = recordedPaths();
if (path === undefined) throw new Error('no path');

/** One that was measured right, but for what differs. */
export const oracleCheck = (
  one: Partial<OracleTry>,
  extra: Partial<OracleCheck> = {},
): OracleCheck => ({
  ...oracleRecord(path),
  tries: [{ ...rightTry, ...one }],
  ...extra,
});
