import { machineStateOf } from '../../../../lib/bench/analysis/machine.ts';
import { noticesOf } from '../../../../lib/bench/analysis/notices.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Engine } from '../../../../lib/bench/model/measurement.ts';
import type { CompletedMeasurement } from '../../../../lib/bench/model/record.ts';
import {
  completedMeasurement,
  evenLoad,
  planMeasurement,
  recordedRun,
  recordedTargets,
} from '../../../support/recorded-run.ts';

const [first, second] = recordedTargets();

const measured = (
  target: typeof first,
  waitMs: number | undefined,
  othersCpuShare?: number,
  engine: Engine = 'onnx',
): CompletedMeasurement =>
  completedMeasurement(planMeasurement({ target, engine }), evenLoad(10, 10, 1), {
    servingUse: { cpuMs: 100, waitMs, answers: 10 },
    othersCpuShare,
  });

const machineLoad = { loadAverage: 9.9, otherRuns: [{ folder: '/results/other', pid: 123 }] };

describe('The state of the machine', () => {
  it('has the share of their time that the servers waited for a core, together and each', () => {
    const records = [
      measured(first, 100, 0.5),
      measured(first, 300, 0.7),
      measured(second, 0, 0.6),
      // The no-op backend is not what is compared.
      measured(second, 5000, 1, 'noop'),
    ];

    expect(machineStateOf({ machineLoad }, records)).toEqual({
      ...machineLoad,
      waitShare: 400 / 700,
      othersCpuShare: 0.6,
      targets: [
        { target: first, waitShare: 400 / 600 },
        { target: second, waitShare: 0 },
      ],
      isBusy: true,
    });
  });

  it.each([
    ['the servers waited while others ran', 12, 0.11, true],
    ['they hardly waited', 10, 0.5, false],
    ['only their own threads waited for each other', 300, 0.05, false],
  ])('is busy or not: %s', (_, waitMs, othersCpuShare, isBusy) => {
    const state = machineStateOf({}, [measured(first, waitMs, othersCpuShare)]);

    expect(state?.isBusy).toBe(isBusy);
  });

  it('is unknown if neither the system nor the run tells', () => {
    expect(machineStateOf({}, [measured(first, undefined)])).toBeUndefined();
    expect(machineStateOf({ machineLoad }, [])).toMatchObject({ ...machineLoad, isBusy: false });
  });

  it('is said before the figures if it is busy', () => {
    const summary = summarise(recordedRun());
    const machine = machineStateOf({}, [measured(first, 100, 0.5)]);

    expect(noticesOf({ ...summary, machine })[0]).toEqual({
      code: 'busy-machine',
      waitShare: 0.5,
    });
  });
});
