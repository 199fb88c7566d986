import type { MeasuredRow } from '../../../../../lib/bench/analysis/records.ts';
import {
  cpuReasons,
  cpuWithheldOf,
} from '../../../../../lib/bench/analysis/verdicts/cpu-reasons.ts';
import { failingTargets } from '../../../../../lib/bench/analysis/verdicts/failing-targets.ts';
import { cpuRow, measuredRow } from '../../../../support/measured-rows.ts';
import { closed, recordedRun, recordedTargets } from '../../../../support/recorded-run.ts';

const [, jsonTarget, binaryTarget] = recordedTargets();
const { options } = recordedRun({ repeats: 1 }).plan;
const high = [48, 48.2, 47.9, 48.3];
const binary = cpuRow(binaryTarget, [40, 40.4, 39.8, 40.2]);

const reasonsFor = (
  rows: readonly MeasuredRow[],
  plan: Partial<Parameters<typeof cpuWithheldOf>[0]> = {},
) => {
  const withheld = cpuWithheldOf({ options, ...plan }, rows);
  return rows.map(cpuReasons(withheld, { answerChecks: [] }, rows));
};

describe('CPU time per request supports no verdict', () => {
  it('only for a reason: none if servers compute only for requests', () => {
    const rows = [cpuRow(jsonTarget, high), binary];

    expect(reasonsFor(rows)).toEqual([undefined, undefined]);
  });

  it('at any level if too many requests failed at one', () => {
    const failing = cpuRow(jsonTarget, high, { users: 4, row: { failedShare: 0.8 } });
    const rows = [
      cpuRow(jsonTarget, high, { users: 1 }),
      failing,
      cpuRow(binaryTarget, high, { users: 1 }),
      binary,
    ];

    expect(reasonsFor(rows)).toMatchObject([
      { code: 'failed-requests', level: closed(4) },
      { code: 'failed-requests', level: closed(4) },
      undefined,
      undefined,
    ]);
  });

  it('not because requests queued up, which costs none', () => {
    const level = { loop: 'open', ratePerSecond: 20, arrivals: 'poisson' } as const;
    const rows = [jsonTarget, binaryTarget].map((target, at) =>
      cpuRow(target, high, {
        row: { level, requestRatePerSecond: { value: at === 0 ? 15 : 20 } },
      }),
    );

    expect(failingTargets(rows, { answerChecks: [] })).toHaveLength(1);
    expect(reasonsFor(rows)).toEqual([undefined, undefined]);
  });

  it('not because a small model shares its wake-ups among more users, as long as the server sleeps in between', () => {
    const rows = [
      cpuRow(jsonTarget, [0.45, 0.46, 0.44, 0.45], { users: 1, rate: 800 }),
      cpuRow(jsonTarget, [0.33, 0.33, 0.34, 0.32], { users: 4, rate: 1200 }),
      binary,
    ];

    expect(reasonsFor(rows)).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    [
      'is not reported',
      [measuredRow(jsonTarget, closed(4), [50, 50, 50]), binary],
      {},
      { code: 'no-cpu-time', target: jsonTarget },
    ],
    [
      'says nothing, because the server only waits',
      [cpuRow(jsonTarget, high), binary],
      { options: { ...options, engine: 'delay' } },
      { code: 'waits' },
    ],
    [
      'is that of a server that computes on a GPU',
      [cpuRow(jsonTarget, high), binary],
      { served: { [jsonTarget.serving]: { accelerator: 'gpu', platform: '', real: true } } },
      { code: 'accelerator', target: jsonTarget },
    ],
    [
      'is that of a server that was already running',
      [cpuRow(jsonTarget, high), binary],
      { served: { [jsonTarget.serving]: { running: 'http://a', platform: '', real: true } } },
      { code: 'running-server', target: jsonTarget },
    ],
    [
      'includes work while nobody asks',
      [
        cpuRow(jsonTarget, high, {
          measurement: { start: { timeToReadyMs: 1, firstRequestMs: 1, idleCpuShare: 0.03 } },
        }),
        binary,
      ],
      {},
      { code: 'busy-idle', share: 0.03 },
    ],
    [
      'is all the time between requests, and falls by more than a fifth with more users, because the server waits by computing',
      [
        cpuRow(jsonTarget, [1.25, 1.25, 1.25, 1.25], { users: 1, rate: 800 }),
        cpuRow(jsonTarget, [0.83, 0.83, 0.83, 0.83], { users: 4, rate: 1200 }),
        binary,
      ],
      {},
      { code: 'spins', fewestMs: 1.25, mostMs: 0.83 },
    ],
    [
      'falls by more than a fifth with more users, because several threads wait by computing',
      [
        cpuRow(jsonTarget, [62, 62, 62, 62], { users: 1, rate: 25 }),
        cpuRow(jsonTarget, high, { users: 4, rate: 30 }),
        binary,
      ],
      {},
      { code: 'spins', fewestMs: 62, mostMs: expect.closeTo(48.1, 5) as number },
    ],
    [
      'changes over the run',
      [
        cpuRow(jsonTarget, high, { row: { checks: [{ check: 'drift', state: 'failed' }] } }),
        binary,
      ],
      {},
      { code: 'failed-check' },
    ],
  ] as const)('if it %s', (_, measuredRows, plan, reason) => {
    expect(reasonsFor(measuredRows, plan).find((found) => found !== undefined)).toMatchObject(
      reason,
    );
  });
});
