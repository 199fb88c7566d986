import {
  calibrationCheck,
  judgeCalibration,
  knownLoad,
} from '../../../../../lib/bench/analysis/checks/calibration.ts';
import type { CalibrationTry, ResultRecord } from '../../../../../lib/bench/model/record.ts';
import { calibrationRecord, rightTry } from '../../../../support/recorded-run.ts';
import { loadOf, measurementOf } from './check-measurements.ts';

const measured = measurementOf(loadOf(1, 50));

/** A check of a pair whose mean latency must be 100 ms. */
const ofPair = (pair: number, meanMs: number) => calibrationRecord({ meanMs }, { pair });
const checkOf = (...records: readonly ResultRecord[]) => calibrationCheck(records);

describe('The check of the calibration', () => {
  it('passes if a known latency was measured correctly', () => {
    expect(checkOf(calibrationRecord({}))).toEqual({
      check: 'calibration',
      state: 'passed',
      figure: 0,
      limit: 0.1 + 1 / 80,
      finding:
        'With a serving that takes 25.0 ms for a request, one at a time, and 4.00 ms in the middleware, 4 virtual users should get 40.0 requests/s at 100 ms. Measured: 40.0 requests/s at 100 ms, 0 % off, limit 11.3 %.',
    });
  });

  it.each([
    ['a latency within its limit', { meanMs: 111.2 }, 'passed'],
    ['a latency beyond it', { meanMs: 111.3 }, 'failed'],
    ['a rate within it', { requestRatePerSecond: 35.6 }, 'passed'],
    ['a rate beyond it', { requestRatePerSecond: 35.4 }, 'failed'],
    ['an answer before its time', { minMs: 22 }, 'failed'],
    ['a failed request', { failed: 1 }, 'failed'],
    ['no correct answer', { succeeded: 0, requestRatePerSecond: 0, meanMs: 0, minMs: 0 }, 'failed'],
    ['the edge of a short window', { durationSeconds: 0.5, requestRatePerSecond: 34.5 }, 'passed'],
  ] as const)('judges %s: %j is %s', (_, one, state) => {
    expect(checkOf(calibrationRecord(one)).state).toBe(state);
  });

  it('knows the latency of a middleware that takes longer than the serving too', () => {
    // 4 users, each alone at the serving: 25 + 175 ms, 20 requests/s.
    const slow = { ownMs: 175, meanMs: 203, requestRatePerSecond: 19.5, succeeded: 39 };

    expect(checkOf(calibrationRecord(slow)).state).toBe('passed');
    expect(checkOf(calibrationRecord({ ownMs: 175 })).state).toBe('failed');
  });

  describe.each([2, 0.5])('in a window of %d s', (durationSeconds) => {
    const right = { ...rightTry, durationSeconds, succeeded: 40 * durationSeconds };
    const counted = (share: number): Partial<CalibrationTry> => ({
      succeeded: right.succeeded * share,
      requestRatePerSecond: right.requestRatePerSecond * share,
    });
    const clock = (factor: number): Partial<CalibrationTry> => ({
      meanMs: right.meanMs * factor,
      minMs: right.minMs * factor,
      ownMs: right.ownMs * factor,
      requestRatePerSecond: right.requestRatePerSecond / factor,
    });

    it.each<[string, Partial<CalibrationTry>]>([
      ['loses a fifth of the answers', counted(0.8)],
      ['counts a fifth of the answers twice', counted(1.2)],
      ['takes milliseconds for a fifth more', clock(1.2)],
      ['takes milliseconds for a fifth less', clock(0.8)],
      ['leaves out one of its users', { meanMs: 75, minMs: 73 }],
      ['waits beside the measured time', { requestRatePerSecond: 33.3 }],
    ])('detects a rig that %s', (_, wrong) => {
      const { isRight } = judgeCalibration(calibrationRecord({}), { ...right, ...wrong });

      expect(isRight).toBe(false);
    });
  });

  it('names what was wrong, and what to do', () => {
    const { finding, advice } = checkOf(calibrationRecord({ failed: 3, minMs: 20 }, { pair: 2 }));

    expect(finding).toMatch(
      /^Pair 2: .*; an answer came after only 20.0 ms; 3 of 83 requests failed\.$/,
    );
    expect(advice).toContain('Close other programs on the machine');
  });

  it('counts the last try of a check, and the worst of the checks', () => {
    const recovered = calibrationRecord({}, { tries: [{ ...rightTry, meanMs: 300 }, rightTry] });

    expect(checkOf(recovered).state).toBe('passed');
    expect(
      checkOf(calibrationRecord({ meanMs: 120 }), recovered, calibrationRecord({ meanMs: 130 })),
    ).toMatchObject({
      state: 'failed',
      finding: expect.stringContaining('at 130 ms, 30.0 % off') as string,
    });
  });

  it('fails if the known latency could not be measured, and says why', () => {
    const failed = calibrationRecord({}, { state: 'failed', tries: [], reason: 'no answer came' });

    expect(checkOf(failed)).toEqual({
      check: 'calibration',
      state: 'failed',
      finding: 'The calibration failed: no answer came',
      advice: 'Fix that and start a new run.',
    });
  });

  it('is unknown if no known latency was measured', () => {
    expect(checkOf().state).toBe('unknown');
  });

  it('ignores a failed calibration once another one succeeded', () => {
    const failed = calibrationRecord({}, { state: 'failed', tries: [], reason: 'lost', pair: 1 });

    expect(checkOf(failed, calibrationRecord({}, { pair: 1 })).state).toBe('passed');
    expect(checkOf(failed, calibrationRecord({}, { pair: 2 })).finding).toMatch(
      /^Pair 1: .* lost$/,
    );
  });

  it('ignores a wrong calibration that another one followed before any measurement, and no other', () => {
    const wrong = calibrationRecord({ meanMs: 150 });

    expect(checkOf(wrong, calibrationRecord({}), measured).state).toBe('passed');
    expect(checkOf(wrong, measured, calibrationRecord({})).state).toBe('failed');
    expect(checkOf(calibrationRecord({}), wrong, measured).state).toBe('failed');
    const ofOther = [calibrationRecord({}, { pair: 2 }), { ...measured, pair: 2 }];
    const ofOne = { ...wrong, pair: 1 };
    expect(checkOf(ofOne, ...ofOther, calibrationRecord({}, { pair: 1 })).state).toBe('passed');
  });

  describe('between two machines', () => {
    it('adds the measured round trip to what a request spends outside of the serving', () => {
      const alone = { ownMs: 175, roundTripMs: 50, meanMs: 250, requestRatePerSecond: 16 };

      const { state, finding } = checkOf(calibrationRecord(alone));

      expect(state).toBe('passed');
      expect(finding).toContain(
        '175 ms in the middleware and 50.0 ms from there to the serving’s node and back, 4 virtual users should get 16.0 requests/s at 250 ms.',
      );
      expect(checkOf(calibrationRecord({ ...alone, roundTripMs: 0.2 })).state).toBe('failed');
    });

    it('expects the same as on one machine as long as the serving never rests', () => {
      expect(checkOf(calibrationRecord({ roundTripMs: 60 }))).toMatchObject({
        state: 'passed',
        figure: 0,
      });
    });

    it('is that of the worst pair, and names it, and all that failed', () => {
      expect(checkOf(ofPair(1, 101), ofPair(2, 105), ofPair(3, 99)).finding).toMatch(/^Pair 2: /);
      expect(checkOf(ofPair(1, 101), ofPair(2, 150)).finding).toMatch(/^Pair 2: .*limit 11.3 %\.$/);
      expect(checkOf(ofPair(1, 120), ofPair(2, 150), ofPair(3, 99))).toMatchObject({
        state: 'failed',
        finding: expect.stringMatching(
          /^Pair 2: .* The same check failed on pairs 1, 2\.$/,
        ) as string,
      });
    });
  });
});

/** Rate and mean latency of N users, by playing their requests one after the other on a clock of integers. */
const play = (virtualUsers: number, delayMs: number, ownMs: number) => {
  const rounds = 200;
  // When each user's next request reaches the serving; all begin at once.
  const arrivals = Array.from({ length: virtualUsers }, () => ownMs);
  let freeMs = 0;
  const ends: number[] = [];
  for (let request = 0; request < rounds * virtualUsers; request += 1) {
    const next = arrivals.indexOf(Math.min(...arrivals));
    freeMs = Math.max(freeMs, arrivals[next] ?? 0) + delayMs;
    ends.push(freeMs);
    arrivals[next] = freeMs + ownMs;
  }
  const half = ends.slice(ends.length / 2);
  const first = half[0] ?? 0;
  const ratePerSecond = ((half.length - 1) * 1000) / ((half.at(-1) ?? 0) - first);
  return { ratePerSecond, meanMs: (virtualUsers * 1000) / ratePerSecond };
};

describe('The rate of N users at a serving that takes D for each request, one at a time', () => {
  it.each([
    ['whose queue never empties', 4, 25, 6, { ratePerSecond: 40, meanMs: 100, atEdges: 1 }],
    ['that is just never idle', 4, 25, 75, { ratePerSecond: 40, meanMs: 100, atEdges: 1 }],
    ['that no two need at a time', 4, 25, 175, { ratePerSecond: 20, meanMs: 200, atEdges: 4 }],
    ['by one user', 1, 25, 15, { ratePerSecond: 25, meanMs: 40, atEdges: 1 }],
  ] as const)('%s', (_, virtualUsers, delayMs, ownMs, known) => {
    expect(knownLoad({ virtualUsers, delayMs }, ownMs)).toEqual(known);
  });

  it.each([
    [4, 25, 6],
    [4, 25, 75],
    [4, 25, 120],
    [3, 10, 21],
    [1, 25, 15],
  ])('matches a simulation of their requests: N %d, D %d, own %d', (users, d, own) => {
    const known = knownLoad({ virtualUsers: users, delayMs: d }, own);
    const played = play(users, d, own);

    expect(Math.abs(played.ratePerSecond / known.ratePerSecond - 1)).toBeLessThan(0.01);
    expect(Math.abs(played.meanMs / known.meanMs - 1)).toBeLessThan(0.01);
  });
});
