import { oracleGate } from '../../../../../lib/bench/analysis/gates/oracle.ts';
import type { OracleCheck, OracleTry } from '../../../../../lib/bench/results/record.ts';
import { path } from './gate-cells.ts';

// 2 users at 100 ms, of which the middleware takes 4: 20 requests/s, and edges of 2 in 200.
const right: OracleTry = {
  startedAt: '2026-01-02T03:04:05.000Z',
  durationSeconds: 10,
  succeeded: 200,
  failed: 0,
  requestRatePerSecond: 20,
  meanMs: 100,
  minMs: 97,
  ownMs: 4,
};

const checkOf = (one: Partial<OracleTry>, extra: Partial<OracleCheck> = {}): OracleCheck => ({
  kind: 'oracle',
  state: 'completed',
  path,
  virtualUsers: 2,
  delayMs: 96,
  tries: [{ ...right, ...one }],
  ...extra,
});

describe('the gate of the oracle', () => {
  it('passes where a known latency was measured right', () => {
    expect(oracleGate([checkOf({})])).toEqual({
      gate: 'oracle',
      state: 'passed',
      figure: 0,
      limit: 0.1 + 0.01,
      finding:
        'A serving that answers after 96.0 ms, and 4.00 ms in the middleware, was measured at 100 ms and 20.0 of 20.0 requests/s: 0 % off, limit 11.0 %.',
    });
  });

  it.each([
    ['a latency within its limit', { meanMs: 110.9 }, 'passed'],
    ['a latency beyond it', { meanMs: 111.1 }, 'failed'],
    ['a rate within it', { requestRatePerSecond: 17.9 }, 'passed'],
    ['a rate beyond it', { requestRatePerSecond: 17.7 }, 'failed'],
    ['an answer before its time', { minMs: 86 }, 'failed'],
    ['a failed request', { failed: 1 }, 'failed'],
    ['no right answer', { succeeded: 0, requestRatePerSecond: 0, meanMs: 0, minMs: 0 }, 'failed'],
  ] as const)('with %s it is as it must be', (_, one, state) => {
    expect(oracleGate([checkOf(one)]).state).toBe(state);
  });

  it('names what was wrong, and what to do', () => {
    const { finding, advice } = oracleGate([checkOf({ failed: 3, minMs: 50 }, { pair: 2 })]);

    expect(finding).toMatch(
      /^Pair 2: .*; an answer came after 50.0 ms already; 3 of 203 requests failed\.$/,
    );
    expect(advice).toContain('Close what else works on the machine');
  });

  it('counts the last try of a check, and the worst of the checks', () => {
    const recovered = checkOf({}, { tries: [{ ...right, meanMs: 300 }, right] });

    expect(oracleGate([recovered]).state).toBe('passed');
    expect(
      oracleGate([checkOf({ meanMs: 120 }), recovered, checkOf({ meanMs: 130 })]),
    ).toMatchObject({
      state: 'failed',
      finding: expect.stringContaining('measured at 130 ms') as string,
    });
  });

  it('fails where the known latency could not be measured', () => {
    const failed = checkOf({}, { state: 'failed', tries: [], reason: 'no answer came' });

    expect(oracleGate([failed])).toMatchObject({
      state: 'failed',
      finding: 'The known latency could not be measured: no answer came',
    });
  });

  it('is unknown without a record, and asks for nothing that no run does', () => {
    expect(oracleGate([])).toEqual({
      gate: 'oracle',
      state: 'unknown',
      finding: 'The run has no measurement of a known latency.',
    });
  });
});
