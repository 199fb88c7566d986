import { calibrationCheck } from '../../../../../lib/bench/analysis/checks/calibration.ts';
import { checksSupport } from '../../../../../lib/bench/analysis/checks/check.ts';
import {
  CHECKS,
  findingOf,
  rowChecks,
  adviceOn,
} from '../../../../../lib/bench/analysis/checks/checks.ts';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { CheckResult, SummaryRow } from '../../../../../lib/bench/analysis/summary-row.ts';
import type { CompletedMeasurement } from '../../../../../lib/bench/model/record.ts';
import { recordedRun, closed } from '../../../../support/recorded-run.ts';
import { measurementOf, loadOf, rowOf, statesOf, open, otherTarget } from './check-measurements.ts';
import { bypassCheck } from '../../../../../lib/bench/analysis/checks/bypass.ts';
import { censoringCheck } from '../../../../../lib/bench/analysis/checks/censoring.ts';
import { generatorCpuCheck } from '../../../../../lib/bench/analysis/checks/generator-cpu.ts';
import { gpuIdleCheck } from '../../../../../lib/bench/analysis/checks/gpu-idle.ts';
import { gpuThrottledCheck } from '../../../../../lib/bench/analysis/checks/gpu-throttled.ts';
import { hostStateCheck } from '../../../../../lib/bench/analysis/checks/host-state.ts';
import { networkAllowanceCheck } from '../../../../../lib/bench/analysis/checks/network-allowance.ts';
import { middlewareCpuCheck } from '../../../../../lib/bench/analysis/checks/middleware-cpu.ts';
import {
  noopLimitCheck,
  noopByTarget,
  noopLimitOf,
} from '../../../../../lib/bench/analysis/checks/noop-limit.ts';
import { scheduleCheck } from '../../../../../lib/bench/analysis/checks/schedule.ts';
import { usersBusyCheck } from '../../../../../lib/bench/analysis/checks/users-busy.ts';
import type { LoadResult } from '../../../../../lib/bench/model/load-result.ts';
import type { GpuThrottle } from '../../../../../lib/aws/contract/gpu-throttle.ts';
import type { CpuState } from '../../../../../lib/aws/contract/machine-facts.ts';
import type { PacketsOver } from '../../../../../lib/aws/contract/network-allowance.ts';
import { NODE_ROLES } from '../../../../../lib/aws/contract/tags.ts';

const checksOf = (repeats: readonly CompletedMeasurement[]) => {
  const row = rowOf({ repeats: repeats.length });
  return rowChecks({
    row,
    repeats,
    run: { rows: [], calibration: calibrationCheck([]), answerChecks: [], isBusy: false },
  });
};

const [steady, busy, busier] = [0.4, 0.85, 0.95].map((busiestCpuShare, index) =>
  measurementOf(loadOf(400, 100), { busiestCpuShare, repeat: index + 1 }),
) as [CompletedMeasurement, CompletedMeasurement, CompletedMeasurement];

const supports = (...states: readonly CheckResult['state'][]) =>
  checksSupport({
    checks: states.map((state) => ({ check: 'noop-limit', state })),
  });

describe('The checks of a row', () => {
  it('are complete, in order, and find their words by name', () => {
    const results = checksOf([steady]);

    expect(results.map(({ check }) => check)).toEqual(CHECKS.map(({ name }) => name));
    expect(results.map(findingOf)).not.toContain('');
  });

  it('support a verdict unless one failed', () => {
    expect(supports('passed', 'failed')).toBe(false);
    expect(supports('passed', 'warned', 'unknown', 'not-applicable')).toBe(true);
    expect(supports()).toBe(true);
  });

  it('judge the busiest repeat of the middleware', () => {
    const check = checksOf([steady, busy, busier]).find(
      (result) => result.check === 'middleware-cpu',
    );

    expect(check).toMatchObject({ state: 'at-limit', figure: 0.95 });
  });

  it('fail if one repeat does, which they name, even if all together pass', () => {
    // 0.9 and 1.1 of the expected value cancel.
    const measurements = [3.6, 4.4, 4, 4].map((meanInFlight, index) =>
      measurementOf(loadOf(400, 100, { meanInFlight }), { repeat: index + 1 }),
    );
    const [usersBusy] = checksOf(measurements);

    expect(usersBusy).toMatchObject({
      state: 'failed',
      repeat: 2,
      figure: expect.closeTo(0.1) as number,
      facts: { users: 4, waiting: 4.4 },
    });
  });

  it('of a clean run passed, do not apply or are unknown, and no-op limits have none', () => {
    const { rows } = summarise(recordedRun());

    expect(statesOf(rows.find(({ engine }) => engine === 'onnx')?.checks)).toEqual({
      'users-busy': 'passed',
      'generator-cpu': 'passed',
      'middleware-cpu': 'passed',
      'noop-limit': 'passed',
      bypass: 'unknown',
      schedule: 'not-applicable',
      'network-allowance': 'unknown',
      'gpu-idle': 'unknown',
      'gpu-throttled': 'unknown',
      'host-state': 'unknown',
      drift: 'unknown',
      censoring: 'passed',
      calibration: 'passed',
    });
    expect(rows.filter(({ engine }) => engine === 'noop').every(({ checks }) => !checks)).toBe(
      true,
    );
  });
});

/** A measurement whose load generator used this share of its cores. */
const generator = (cpuShare: number, cores = 1) => {
  const load = loadOf(400, 100);
  return measurementOf({ ...load, self: { ...load.self, cpuShare, cores } });
};

const middleware = (...shares: readonly number[]): CheckResult =>
  middlewareCpuCheck(
    shares.map((busiestCpuShare) => measurementOf(loadOf(100, 20), { busiestCpuShare })),
  );

/** The check of a row with these rates, if the no-op backend reaches 100 requests/s. */
const noop = (...rates: readonly number[]): CheckResult => {
  const { measurement, ...rest } = measurementOf(loadOf(1000, 40));
  const limits = noopByTarget([{ ...rest, measurement: { ...measurement, engine: 'noop' } }]);
  const repeats = rates.map((rate, at) => measurementOf(loadOf(rate * 10, 50), { repeat: at + 1 }));
  const noopLimit = noopLimitOf(repeats, limits);
  if (noopLimit === undefined) throw new Error('no limit');
  return noopLimitCheck({ repeats: rates.length, noopLimit });
};

const bypass = (share: number, { keptUp = true, level = closed(4) } = {}): CheckResult =>
  bypassCheck(
    rowOf({
      level,
      bypass: {
        repeats: 1,
        requestRatePerSecond: 200,
        slowestRepeat: 200,
        fastestRepeat: 200,
        share,
        p50Ms: 10,
        p99Ms: 20,
        failed: 0,
        keptUp,
      },
    }),
  );

const schedule = (...loads: readonly Partial<LoadResult>[]): CheckResult =>
  scheduleCheck(
    loads.map((extra) =>
      measurementOf({ ...loadOf(1000, 20), offered: 1000, ...extra }, { level: open(100) }),
    ),
  );

const censoring = (load: LoadResult, repeats = 1): CheckResult =>
  censoringCheck(
    Array.from({ length: repeats }, (_, at) =>
      measurementOf(load, { repeat: at + 1, timeoutMs: 1000 }),
    ),
  );

const usersBusy = (meanInFlight: number, answers = 400): CheckResult =>
  usersBusyCheck([measurementOf(loadOf(answers, 100, { meanInFlight }))]);

const GPU = { memoryUsedMiB: 900, smClockMeanMHz: 1550, smClockMinMHz: 1500 };
const NODE = { samples: 20, cpuBusyShare: 0.2, cpuStealShare: 0, memoryUsedBytes: 1e9 };

const throttled = (throttle?: GpuThrottle): CheckResult => {
  const gpu = {
    ...GPU,
    utilisationMeanPercent: 95,
  };
  const serving = {
    ...NODE,
    rxBytes: 1e6,
    txBytes: 1e4,
    gpu: throttle ? { ...gpu, throttle } : gpu,
  };
  return gpuThrottledCheck([{ ...measurementOf(loadOf(400, 100)), nodes: { serving } }]);
};

const throttledFor = (
  faultSeconds: number,
  secondsByReason: GpuThrottle['secondsByReason'] = {},
): CheckResult => throttled({ knownSeconds: 20, faultSeconds, secondsByReason });

/** The check of a measurement whose nodes had these CPU states before and after it. */
const hostState = (...states: readonly (readonly [CpuState, CpuState])[]): CheckResult => {
  const figures = { ...NODE, rxBytes: 1e6, txBytes: 1e4 };
  const nodes = Object.fromEntries(
    states.map(
      ([before, after], index) =>
        [NODE_ROLES[index] ?? '', { ...figures, cpuState: { before, after } }] as const,
    ),
  );
  return hostStateCheck([
    { ...measurementOf(loadOf(400, 100)), nodes },
    measurementOf(loadOf(400, 100), { repeat: 2 }),
  ]);
};

/** The check of two repeats, of which the nodes of the second had so many packets above their allowances. */
const packetsOver = (serving?: PacketsOver, middlewareNode?: PacketsOver): CheckResult => {
  const figures = { ...NODE, rxBytes: 1e6, txBytes: 1e4 };
  const nodesWith = (first?: PacketsOver, second?: PacketsOver) => ({
    serving: { ...figures, packetsOver: first },
    middleware: { ...figures, packetsOver: second },
  });
  return networkAllowanceCheck([
    { ...measurementOf(loadOf(400, 100)), nodes: nodesWith(serving && {}, middlewareNode && {}) },
    { ...measurementOf(loadOf(400, 100)), nodes: nodesWith(serving, middlewareNode) },
  ]);
};

const FAST: CpuState = { cpuGovernor: 'performance', smt: true };

const withBusyGpu = (utilisationPercent: number, rate: number, extra: Partial<SummaryRow> = {}) => {
  const gpu = { ...GPU, utilisationPercent };
  const serving = { ...NODE, rxBytesPerSecond: 1e6, txBytesPerSecond: 1e4, gpu };
  return rowOf({ requestRatePerSecond: { value: rate }, nodes: { serving }, ...extra });
};

const idle = (row: SummaryRow, ...otherRows: readonly SummaryRow[]): CheckResult =>
  gpuIdleCheck(
    row,
    [row, ...otherRows].map((each) => ({ row: each, repeats: [] })),
  );

type Case = readonly [
  what: string,
  result: CheckResult,
  state: CheckResult['state'],
  figure?: number,
];

const CASES: Readonly<Record<string, readonly Case[]>> = {
  'users-busy': [
    ['as many requests in flight as users', usersBusy(4), 'passed', 0],
    ['just enough requests in flight in a short window', usersBusy(3.81, 5), 'passed', 0.0475],
    ['just enough requests in flight in a long window', usersBusy(3.81, 4000), 'passed', 0.0475],
    ['too few requests in flight', usersBusy(3.79), 'failed', 0.0525],
    ['too many requests in flight', usersBusy(4.21), 'failed', 0.0525],
    [
      'an open loop',
      usersBusyCheck([measurementOf(loadOf(400, 100), { level: open(40) })]),
      'not-applicable',
    ],
  ],
  'generator-cpu': [
    ['a figure at the limit', generatorCpuCheck([generator(0.8)]), 'passed', 0.8],
    ['a figure above the limit', generatorCpuCheck([generator(0.81)]), 'at-limit', 0.81],
    [
      'a figure at the limit, on several cores',
      generatorCpuCheck([generator(3.2, 4)]),
      'passed',
      0.8,
    ],
    [
      'a figure above the limit, on several cores',
      generatorCpuCheck([generator(3.3, 4)]),
      'at-limit',
      0.825,
    ],
    [
      'one busy repeat',
      generatorCpuCheck([0.1, 0.9, 0.2].map((at) => generator(at))),
      'at-limit',
      0.9,
    ],
  ],
  'middleware-cpu': [
    ['a figure at the limit', middleware(0.8), 'passed', 0.8],
    ['a figure above the limit', middleware(0.81), 'at-limit', 0.81],
    ['one busy repeat', middleware(0.2, 0.9, 0.1), 'at-limit', 0.9],
  ],
  'noop-limit': [
    ['a figure at the limit', noop(70), 'passed', 0.7],
    ['a figure above the limit', noop(71), 'at-limit', 0.71],
    ['one repeat of many above the limit', noop(20, 20, 80), 'at-limit', 0.8],
    ['more than the no-op backend itself', noop(90, 110), 'at-limit', 1.1],
    ['a missing no-op limit', noopLimitCheck({ repeats: 1 }), 'unknown'],
  ],
  bypass: [
    ['a figure at the limit', bypass(0.5), 'passed', 0.5],
    ['a figure below the limit', bypass(0.49), 'warned', 0.49],
    [
      'a figure below the limit, with a generator at its own limit',
      bypass(0.49, { keptUp: false }),
      'warned',
      0.49,
    ],
    [
      'a figure above the limit, with a generator at its own limit',
      bypass(0.9, { keptUp: false }),
      'unknown',
      0.9,
    ],
    ['no bypass run', bypassCheck(rowOf()), 'unknown'],
    [
      'a failed bypass run',
      bypassCheck(rowOf({ bypassFailures: [{ repeat: 1, reason: 'Refused.' }] })),
      'unknown',
    ],
    ['an open loop', bypass(0.1, { level: open(20) }), 'not-applicable'],
  ],
  schedule: [
    ['a figure at the limit', schedule({ delayedShare: 0.05 }), 'passed', 0.05],
    ['more late requests', schedule({ delayedShare: 0.051 }), 'failed', 0.051],
    ['one request that could not be sent', schedule({ unsent: 1 }), 'failed', 0.001],
    ['all repeats together', schedule({ delayedShare: 0.06 }, { delayedShare: 0 }), 'passed', 0.03],
    ['a closed loop', scheduleCheck([measurementOf(loadOf(400, 100))]), 'not-applicable'],
  ],
  'gpu-idle': [
    ['a figure at the limit', idle(withBusyGpu(50, 100)), 'passed', 50],
    ['a figure below the limit', idle(withBusyGpu(49, 100)), 'warned', 49],
    [
      'a figure below the limit, near the highest rate',
      idle(withBusyGpu(20, 95), withBusyGpu(20, 100, { level: closed(8) })),
      'warned',
      20,
    ],
    [
      'a figure below the limit, not near the highest rate',
      idle(withBusyGpu(20, 94), withBusyGpu(20, 100, { level: closed(8) })),
      'not-applicable',
      20,
    ],
    [
      'a faster other target',
      idle(withBusyGpu(20, 100), withBusyGpu(90, 500, { target: otherTarget })),
      'warned',
      20,
    ],
    [
      'a faster other scenario',
      idle(withBusyGpu(20, 100), withBusyGpu(90, 500, { scenario: 'cold' })),
      'warned',
      20,
    ],
    ['no GPU', idle(rowOf({ requestRatePerSecond: { value: 100 } })), 'unknown'],
  ],
  'gpu-throttled': [
    ['no throttling', throttledFor(0), 'passed', 0],
    ['a second of twenty', throttledFor(1, { 'hw-slowdown': 1 }), 'passed', 0.05],
    ['heat', throttledFor(2, { 'sw-power-cap': 20, 'hw-thermal-slowdown': 2 }), 'failed', 0.1],
    ['the power cap alone', throttledFor(0, { 'sw-power-cap': 20 }), 'passed', 0],
    ['a GPU that does not report it', throttled(), 'unknown'],
    ['no GPU', gpuThrottledCheck([measurementOf(loadOf(400, 100))]), 'unknown'],
  ],
  'network-allowance': [
    ['no packet too many', packetsOver({}, {}), 'passed', 0],
    ['one packet in one repeat', packetsOver({}, { 'bandwidth-out': 1 }), 'failed', 1],
    ['packets of both nodes', packetsOver({ packets: 5 }, { 'bandwidth-out': 2 }), 'failed', 7],
    ['one node that does not count them', packetsOver({}), 'unknown'],
    ['too many at the only node that counts them', packetsOver({ packets: 5 }), 'failed', 5],
    ['adapters that do not count them', packetsOver(), 'unknown'],
    ['one machine', networkAllowanceCheck([measurementOf(loadOf(400, 100))]), 'unknown'],
  ],
  'host-state': [
    [
      'the same state on both nodes',
      hostState([FAST, FAST], [{ smt: true }, { smt: true }]),
      'passed',
      0,
    ],
    [
      'a governor that changed',
      hostState([FAST, { ...FAST, cpuGovernor: 'powersave' }]),
      'failed',
      1,
    ],
    [
      'SMT that changed on both nodes',
      hostState([FAST, { ...FAST, smt: false }], [{ smt: true }, {}]),
      'failed',
      2,
    ],
    ['nodes that report neither', hostState([{}, {}]), 'unknown'],
    ['one machine', hostState(), 'unknown'],
  ],
  censoring: [
    [
      'other failures',
      censoring(loadOf(100, 999, { failed: 1, failures: { reset: 1 } })),
      'passed',
      0,
    ],
    ['a timeout', censoring(loadOf(100, 20, { failed: 1, failures: { timeout: 1 } })), 'failed', 1],
    [
      'a timeout in each repeat',
      censoring(loadOf(9, 20, { failed: 2, failures: { timeout: 2 } }), 3),
      'failed',
      6,
    ],
    [
      'timeouts of the middleware, and a correct answer at the very timeout',
      censoring(loadOf(100, 1000, { failed: 2, failures: { 'http-504': 2 } })),
      'failed',
      3,
    ],
    ['no correct answer', censoring(loadOf(0, 0)), 'passed', 0],
  ],
};

/** For each case with one of these states, whether it has advice. */
const advised = (cases: readonly Case[], states: readonly CheckResult['state'][]) =>
  cases.flatMap(([, result]) =>
    states.includes(result.state) ? [adviceOn(result) !== undefined] : [],
  );

describe.each(Object.entries(CASES))('The check "%s"', (check, cases) => {
  const named = cases.map(([what, result, state, figure]) => ({ what, result, state, figure }));

  it.each(named)('gives "$state" for $what', ({ result, state, figure }) => {
    expect(result).toMatchObject({ check, state });
    // Without rounding errors.
    expect(result.figure && Number(result.figure.toFixed(10))).toBe(figure);
  });

  it.each(named)('finds words for $what', ({ result }) => {
    expect(findingOf(result)).not.toMatch(/undefined|NaN|–/);
  });

  it('says what to do if it fails or warns, and nothing if it passes', () => {
    expect(advised(cases, ['failed', 'warned'])).not.toContain(false);
    expect(advised(cases, ['passed', 'not-applicable'])).not.toContain(true);
  });
});

describe('A changed state of the host', () => {
  it('is reported with the node, the repeat and both states', () => {
    expect(hostState([FAST, FAST], [FAST, { smt: true }]).facts).toEqual({
      changes: [{ role: 'middleware', repeat: 1, before: FAST, after: { smt: true } }],
    });
  });
});

describe('The wait after a broken connection', () => {
  it('counts as a request in flight; one for each user may cross an edge of the window', () => {
    const broken = { failed: 400, failures: { connect: 100, reset: 300 }, meanInFlight: 2 };
    expect(usersBusyCheck([measurementOf(loadOf(0, 0, broken))])).toMatchObject({
      state: 'passed',
      figure: 0,
      limit: 0.05 + 0.005,
    });
  });

  it('follows a timeout with k6, but not with the embedded load generator', () => {
    const ended = { failed: 160, failures: { timeout: 160 }, meanInFlight: 3.2 };
    const figureOf = (kind: LoadResult['generator']) =>
      usersBusyCheck([measurementOf(loadOf(0, 0, { ...ended, generator: kind }))]).figure;
    expect(figureOf('k6')).toBe(0);
    expect(figureOf('embedded')).toBeCloseTo(0.2, 10);
  });
});
