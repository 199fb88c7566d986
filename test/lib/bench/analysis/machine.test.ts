import { machineStateOf } from '../../../../lib/bench/analysis/machine.ts';
import { noticesOf } from '../../../../lib/bench/analysis/notices.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Engine } from '../../../../lib/bench/model/measurement.ts';
import type { CompletedMeasurement } from '../../../../lib/bench/model/record.ts';
import {
  completedMeasurement,
  evenLoad,
  planMeasurement,
  recordedEnvironment,
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

const { machine: here } = recordedEnvironment;

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

    expect(machineStateOf({ machineLoad, machine: here }, records)).toEqual({
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
    const state = machineStateOf({ machine: here }, [measured(first, waitMs, othersCpuShare)]);

    expect(state?.isBusy).toBe(isBusy);
  });

  it('is unknown if neither the system nor the run tells', () => {
    expect(machineStateOf({ machine: here }, [measured(first, undefined)])).toBeUndefined();
    expect(machineStateOf({ machineLoad, machine: { ...here, cores: 16 } }, [])).toMatchObject({
      ...machineLoad,
      isBusy: false,
    });
  });

  it('of servers that were running already is what the no-op backend met in their place', () => {
    const unknown = completedMeasurement(planMeasurement({ target: first }), evenLoad(10, 10, 1));
    const state = (waitMs: number, othersCpuShare: number) =>
      machineStateOf({ machineLoad, machine: here }, [
        unknown,
        measured(first, waitMs, othersCpuShare, 'noop'),
      ]);

    expect(state(100, 0.8)).toMatchObject({ othersCpuShare: 0.8, targets: [], isBusy: true });
    expect(state(100, 0.8)?.waitShare).toBeUndefined();
    expect(state(100, 0.05)?.isBusy).toBe(false);
  });

  it.each([
    [0.06, false],
    [0.46, true],
  ])(
    'is judged by the %d of the cores that others used before the run if no later use is known',
    (othersCpuShare, isBusy) => {
      const before = { ...machineLoad, othersCpuShare };
      const state = machineStateOf({ machineLoad: before, machine: here }, []);

      expect(state).toMatchObject({ othersCpuShare, isBusy });
      expect(
        machineStateOf({ machineLoad: before, machine: here }, [measured(first, 100, 0.05)]),
      ).toMatchObject({ othersCpuShare: 0.05, isBusy: false });
    },
  );

  it('is judged by the load average if nothing else is known', () => {
    expect(machineStateOf({ machineLoad, machine: here }, [])).toMatchObject({
      ...machineLoad,
      isBusy: true,
    });
  });

  it('is said before the figures if it is busy', () => {
    const summary = summarise(recordedRun());
    const machine = machineStateOf({ machine: here }, [measured(first, 100, 0.5)]);

    expect(noticesOf({ ...summary, machine })[0]).toEqual({
      code: 'busy-machine',
      waitShare: 0.5,
      othersCpuShare: 0.5,
    });
  });
});
