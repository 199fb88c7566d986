import { isOracleDue } from '../../../../lib/bench/run/oracle-due.ts';
import type { Environment } from '../../../../lib/bench/model/environment.ts';
import { oracleCheck } from '../../../support/oracle-check.ts';
import { recordedRun, rightTry } from '../../../support/recorded-run.ts';

const records = recordedRun({ repeats: 1 }).records.filter(({ kind }) => kind !== 'oracle');
const nodesSince = (...moments: readonly string[]): Pick<Environment, 'aws'> => ({
  aws: {
    deployment: 'test',
    region: 'us-east-1',
    images: {},
    pairs: moments.map((since) => ({ since }) as NonNullable<Environment['aws']>['pairs'][number]),
  },
});

describe('a known latency is to be measured', () => {
  it('by the first start of a run, and by no later one with the same machines', () => {
    expect(isOracleDue(records, {})).toBe(true);
    expect(isOracleDue([oracleCheck({}), ...records], {})).toBe(false);
  });

  it('again where it was measured wrong and no cell after it, which could not be believed any more', () => {
    const wrong = oracleCheck({ meanMs: 900 });

    expect(isOracleDue([wrong], {})).toBe(true);
    expect(isOracleDue([wrong, ...records], {})).toBe(false);
    expect(isOracleDue([wrong, oracleCheck({})], {})).toBe(false);
  });

  it('again where it gave no figures', () => {
    expect(isOracleDue([oracleCheck({}, { state: 'failed', reason: 'lost' })], {})).toBe(true);
  });

  it('again by nodes that took the place of those that did', () => {
    const check = oracleCheck({ startedAt: '2026-01-02T03:04:05.000Z' });
    const first = '2026-01-02T03:04:00.000Z';

    expect(isOracleDue([check], nodesSince(first))).toBe(false);
    expect(isOracleDue([check], nodesSince(first, '2026-01-02T03:05:00.000Z'))).toBe(true);
    const later = { ...rightTry, startedAt: '2026-01-02T03:05:09.000Z' };
    expect(
      isOracleDue([check, oracleCheck(later)], nodesSince(first, '2026-01-02T03:05:00.000Z')),
    ).toBe(false);
  });
});
