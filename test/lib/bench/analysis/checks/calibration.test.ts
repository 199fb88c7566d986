import {
  calibrationCheck,
  judgeCalibration,
  knownLoad,
} from '../../../../../lib/bench/analysis/checks/calibration.ts';
import type { CalibrationTry, ResultRecord } from '../../../../../lib/bench/model/record.ts';
import { calibrationRecord, accurateTry } from '../../../../support/recorded-run.ts';
import { loadOf, measurementOf } from './check-measurements.ts';

const measured = measurementOf(loadOf(1, 50));

/** A calibration of a pair; 100 ms is accurate. */
const ofPair = (pair: number, meanMs: number) => calibrationRecord({ meanMs }, { pair });
const checkOf = (...records: readonly ResultRecord[]) => calibrationCheck(records);

describe('The check of the calibration', () => {
  it('passes if a known latency was measured correctly', () => {
    expect(checkOf(calibrationRecord())).toEqual({
      check: 'calibration',
      state: 'passed',
      figure: 0,
      limit: 0.1,
      facts: {
        delayMs: 25,
        virtualUsers: 4,
        ownMs: 4,
        knownRatePerSecond: 40,
        knownMs: 100,
        requestRatePerSecond: 40,
        meanMs: 100,
        failed: 0,
        requests: 80,
      },
    });
  });

  it.each([
    ['a latency within its limit', { meanMs: 109.9 }, 'passed'],
    ['a latency beyond it', { meanMs: 110.1 }, 'failed'],
    ['a rate within it', { requestRatePerSecond: 36.1 }, 'passed'],
    ['a rate beyond it', { requestRatePerSecond: 35.9 }, 'failed'],
    ['an answer before its time', { minMs: 22 }, 'failed'],
    ['a failed request', { failed: 1 }, 'failed'],
    ['no correct answer', { succeeded: 0, requestRatePerSecond: 0, meanMs: 0, minMs: 0 }, 'failed'],
  ] as const)('judges %s: %j is %s', (_, changes, state) => {
    expect(checkOf(calibrationRecord(changes)).state).toBe(state);
  });

  it('passes if the middleware takes longer than the serving', () => {
    // 4 users who never wait for each other: 25 + 175 ms, 20 requests/s.
    const slow = { ownMs: 175, meanMs: 203, requestRatePerSecond: 19.5, succeeded: 39 };

    expect(checkOf(calibrationRecord(slow)).state).toBe('passed');
    expect(checkOf(calibrationRecord({ ownMs: 175 })).state).toBe('failed');
  });

  describe.each([2, 0.5])('in a window of %d s', (durationSeconds) => {
    const accurate = { ...accurateTry, durationSeconds, succeeded: 40 * durationSeconds };
    const counted = (share: number): Partial<CalibrationTry> => ({
      succeeded: accurate.succeeded * share,
      requestRatePerSecond: accurate.requestRatePerSecond * share,
    });
    const clock = (factor: number): Partial<CalibrationTry> => ({
      meanMs: accurate.meanMs * factor,
      minMs: accurate.minMs * factor,
      ownMs: accurate.ownMs * factor,
      requestRatePerSecond: accurate.requestRatePerSecond / factor,
    });

    it.each<[string, Partial<CalibrationTry>]>([
      ['loses a fifth of the answers', counted(0.8)],
      ['counts a fifth of the answers twice', counted(1.2)],
      ['has a clock that is too fast', clock(1.2)],
      ['has a clock that is too slow', clock(0.8)],
      ['has one user too few', { meanMs: 75, minMs: 73 }],
      ['waits outside of the measured time', { requestRatePerSecond: 33.3 }],
    ])('detects a rig that %s', (_, wrong) => {
      const { state } = judgeCalibration(calibrationRecord(), { ...accurate, ...wrong });

      expect(state).toBe('failed');
    });
  });

  it('has what is wrong besides its figure', () => {
    expect(checkOf(calibrationRecord({ failed: 3, minMs: 20 }, { pair: 2 }))).toMatchObject({
      pair: 2,
      state: 'failed',
      facts: { tooFastMs: 20, failed: 3, requests: 83 },
    });
  });

  it('uses the last try of each calibration, and the worst calibration', () => {
    const recovered = calibrationRecord(
      {},
      { tries: [{ ...accurateTry, meanMs: 300 }, accurateTry] },
    );

    expect(checkOf(recovered).state).toBe('passed');
    expect(
      checkOf(calibrationRecord({ meanMs: 120 }), recovered, calibrationRecord({ meanMs: 130 })),
    ).toMatchObject({ state: 'failed', figure: expect.closeTo(0.3) as number });
  });

  it('fails if there are no figures, and says why', () => {
    const failed = calibrationRecord({}, { state: 'failed', tries: [], reason: 'no answer came' });

    expect(checkOf(failed)).toEqual({
      check: 'calibration',
      state: 'failed',
      reason: 'no-figures',
      facts: { error: 'no answer came' },
    });
  });

  it('is unknown if there is no calibration', () => {
    expect(checkOf().state).toBe('unknown');
  });

  it('ignores a failed calibration that was repeated on the same pair', () => {
    const failed = calibrationRecord({}, { state: 'failed', tries: [], reason: 'lost', pair: 1 });

    expect(checkOf(failed, calibrationRecord({}, { pair: 1 })).state).toBe('passed');
    expect(checkOf(failed, calibrationRecord({}, { pair: 2 }))).toMatchObject({
      state: 'failed',
      pair: 1,
    });
  });

  it('ignores a wrong calibration if a later one was right, on node pairs only if that came before any measurement', () => {
    const wrong = calibrationRecord({ meanMs: 150 });

    expect(checkOf(wrong, calibrationRecord(), measured).state).toBe('passed');
    expect(checkOf(wrong, measured, calibrationRecord()).state).toBe('passed');
    const later = calibrationRecord({}, { pair: 1 });
    expect(checkOf({ ...wrong, pair: 1 }, { ...measured, pair: 1 }, later).state).toBe('failed');
    expect(checkOf(calibrationRecord(), wrong, measured).state).toBe('failed');
    const ofOther = [calibrationRecord({}, { pair: 2 }), { ...measured, pair: 2 }];
    const ofOne = { ...wrong, pair: 1 };
    expect(checkOf(ofOne, ...ofOther, calibrationRecord({}, { pair: 1 })).state).toBe('passed');
  });

  describe('between two machines', () => {
    it('adds the measured round trip to the time outside of the serving', () => {
      const alone = { ownMs: 175, roundTripMs: 50, meanMs: 250, requestRatePerSecond: 16 };

      expect(checkOf(calibrationRecord(alone))).toMatchObject({
        state: 'passed',
        facts: { ownMs: 175, roundTripMs: 50, knownRatePerSecond: 16, knownMs: 250 },
      });
      expect(checkOf(calibrationRecord({ ...alone, roundTripMs: 0.2 })).state).toBe('failed');
    });

    it('expects the same as on one machine as long as the serving is always busy', () => {
      expect(checkOf(calibrationRecord({ roundTripMs: 60 }))).toMatchObject({
        state: 'passed',
        figure: 0,
      });
    });

    it('names the worst pair, and all that failed', () => {
      expect(checkOf(ofPair(1, 101), ofPair(2, 105), ofPair(3, 99))).toMatchObject({ pair: 2 });
      expect(checkOf(ofPair(1, 101), ofPair(2, 150))).toMatchObject({ state: 'failed', pair: 2 });
      expect(checkOf(ofPair(1, 120), ofPair(2, 150), ofPair(3, 99))).toMatchObject({
        state: 'failed',
        pair: 2,
        facts: { failedPairs: [1, 2] },
      });
    });
  });
});

/** Simulates N users request by request, and returns their rate and mean latency. */
const simulateUsers = (virtualUsers: number, delayMs: number, outsideMs: number) => {
  const rounds = 200;
  // The time at which each user's next request reaches the serving.
  const arrivals = Array.from({ length: virtualUsers }, () => outsideMs);
  let freeMs = 0;
  const ends: number[] = [];
  for (let request = 0; request < rounds * virtualUsers; request += 1) {
    const next = arrivals.indexOf(Math.min(...arrivals));
    freeMs = Math.max(freeMs, arrivals[next] ?? 0) + delayMs;
    ends.push(freeMs);
    arrivals[next] = freeMs + outsideMs;
  }
  const half = ends.slice(ends.length / 2);
  const first = half[0] ?? 0;
  const ratePerSecond = ((half.length - 1) * 1000) / ((half.at(-1) ?? 0) - first);
  return { ratePerSecond, meanMs: (virtualUsers * 1000) / ratePerSecond };
};

describe('The rate of users at a serving that takes a known time for each request', () => {
  it.each([
    [
      'is that of a serving whose queue is never empty',
      4,
      25,
      6,
      { ratePerSecond: 40, meanMs: 100 },
    ],
    ['is that of a serving that is just never idle', 4, 25, 75, { ratePerSecond: 40, meanMs: 100 }],
    [
      'is that of users who never wait for each other',
      4,
      25,
      175,
      { ratePerSecond: 20, meanMs: 200 },
    ],
    ['is that of a single user', 1, 25, 15, { ratePerSecond: 25, meanMs: 40 }],
  ] as const)('%s', (_, virtualUsers, delayMs, outsideMs, known) => {
    expect(knownLoad({ virtualUsers, delayMs }, outsideMs)).toEqual(known);
  });

  it.each([
    [4, 25, 6],
    [4, 25, 75],
    [4, 25, 120],
    [3, 10, 21],
    [1, 25, 15],
  ])(
    'matches a simulation: %d users, %d ms in the serving, %d ms outside',
    (virtualUsers, delayMs, outsideMs) => {
      const known = knownLoad({ virtualUsers, delayMs }, outsideMs);
      const simulated = simulateUsers(virtualUsers, delayMs, outsideMs);

      expect(Math.abs(simulated.ratePerSecond / known.ratePerSecond - 1)).toBeLessThan(0.01);
      expect(Math.abs(simulated.meanMs / known.meanMs - 1)).toBeLessThan(0.01);
    },
  );
});
