import { recordProblem } from '../../../../lib/bench/results/check-content.ts';
import type { CompletedMeasurement, ResultRecord } from '../../../../lib/bench/model/record.ts';
import {
  calibrationRecord,
  closed,
  failedMeasurement,
  isCompleted,
  passedCheck,
  planMeasurement,
  recordedRun,
  recordedTargets,
} from '../../../support/recorded-run.ts';

const { records } = recordedRun({
  levels: [closed(2)],
  repeats: 1,
  durationSeconds: 1,
  directShare: 0.8,
  hasSeconds: true,
});
const measured = records
  .filter(isCompleted)
  .find(({ bypass, load }) => bypass !== undefined && load.failed > 0) as CompletedMeasurement;
const { load, bypass } = measured;
if (bypass?.state !== 'completed') throw new Error('no bypass run');

const written = (record: unknown): unknown => JSON.parse(JSON.stringify(record)) as unknown;
const withLoad = (change: object): unknown =>
  written({ ...measured, load: { ...load, ...change } });
const withBypass = (change: object): unknown =>
  written({ ...measured, bypass: { ...bypass, ...change } });

describe('A line of results.jsonl', () => {
  it.each<[string, ResultRecord]>([
    ['a measurement', measured],
    ['a measurement without a bypass run', { ...measured, bypass: undefined }],
    ['a failed measurement', failedMeasurement(planMeasurement())],
    ['an answer check', passedCheck(recordedTargets()[0])],
    ['a calibration', calibrationRecord()],
    ['a resumption', { kind: 'resumed', at: '2026-01-01T12:00:00.000Z', pausedSeconds: 9 }],
    ['the end of the time', { kind: 'stopped', why: 'time-up', repeats: 2 }],
    [
      'a figure that could not be computed',
      { ...measured, servingUse: { cpuMs: 10, waitMs: Number.NaN, answers: 1 } },
    ],
    [
      'a measurement of a server with a name of the user',
      {
        ...measured,
        measurement: {
          ...measured.measurement,
          target: { ...measured.measurement.target, serving: 'mine' as never },
        },
      },
    ],
  ])('is accepted with %s', (_, record) => {
    expect(recordProblem(written(record))).toBeUndefined();
  });

  it.each<[what: string, record: unknown, where: string]>([
    ['nothing', null, 'record'],
    ['an unknown kind', { kind: 'prophecy' }, 'record'],
    ['no load', written({ ...measured, load: undefined }), 'load'],
    ['no measurement', written({ ...measured, measurement: undefined }), 'measurement'],
    ['an unknown state', written({ ...measured, state: 'done' }), 'state'],
    ['no histogram', withLoad({ histogram: undefined }), 'histogram'],
    ['a rate of text', withLoad({ requestRatePerSecond: '12.5' }), 'requestRatePerSecond'],
    ['no rate', withLoad({ requestRatePerSecond: null }), 'requestRatePerSecond'],
    ['a negative rate', withLoad({ requestRatePerSecond: -1 }), 'requestRatePerSecond'],
    ['a rate without its answers', withLoad({ requestRatePerSecond: 9999 }), 'bins'],
    ['a negative bin', withLoad({ bins: [{ second: 0, succeeded: -1, failed: 0 }] }), 'bins'],
    ['too many answers', withLoad({ succeeded: 99_999 }), 'succeeded'],
    ['a window of no length', withLoad({ durationSeconds: 0 }), 'durationSeconds'],
    ['a median below the minimum', withLoad({ latency: { ...load.latency, p50Ms: 0 } }), 'order'],
    ['a p99 of text', withLoad({ latency: { ...load.latency, p99Ms: '1' } }), 'p99Ms'],
    ['failures without a class', withLoad({ failures: {} }), 'failures'],
    ['no failures', withLoad({ failed: 0 }), 'failures'],
    ['a faster bypass run', withBypass({ requestRatePerSecond: 9999 }), 'rateShare'],
    ['a bypass run with more answers', withBypass({ succeeded: 99_999 }), 'succeeded'],
    [
      'a slower load beside its bypass run',
      withLoad({ requestRatePerSecond: 1, bins: [] }),
      'rateShare',
    ],
    [
      'an infinite rate',
      JSON.parse(
        JSON.stringify(measured).replace(
          /"requestRatePerSecond":[^,]+/,
          '"requestRatePerSecond":1e999',
        ),
      ),
      'requestRatePerSecond',
    ],
    [
      'an answer check without a target',
      written({ ...passedCheck(recordedTargets()[0]), target: undefined }),
      'target',
    ],
    ['a calibration without tries', written({ ...calibrationRecord(), tries: undefined }), 'tries'],
  ])('is refused with %s', (_, record, where) => {
    expect(recordProblem(record)).toContain(where);
  });
});
