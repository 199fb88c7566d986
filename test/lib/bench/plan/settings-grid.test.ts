import type { ServingName } from '../../../../serving-configs/index.ts';
import { withSettings } from '../../../../lib/bench/plan/settings-grid.ts';
import type { SettingsGrid } from '../../../../lib/bench/model/plan-options.ts';
import type { Target } from '../../../../lib/bench/model/measurement.ts';
import { hasBatches, settingsId } from '../../../../serving-configs/settings.ts';
import { askedResnet50 } from '../../../support/planned-models.ts';

const targetOf = (serving: ServingName): Target => ({
  serving,
  protocol: 'rest',
  payload: 'tensors',
  encoding: 'binary',
});

const free = {
  kind: 'given',
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 3] }],
} as const;
const fixed = { ...free, inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 3] }] } as const;

const expand = (
  servings: readonly ServingName[],
  grid: SettingsGrid | undefined,
  runtime: 'simulated' | 'venv' | 'docker' = 'venv',
  model: Parameters<typeof withSettings>[1]['model'] = free,
) =>
  withSettings(servings.map(targetOf), {
    grid,
    runtime,
    model,
    readsOnnx: (serving) => serving !== 'tfserving',
    isDelay: false,
    tunedCores: undefined,
  });

describe('the targets of a settings grid', () => {
  it('are those without settings if there is no grid', () => {
    expect(expand(['litserve'], undefined)).toEqual({
      targets: [targetOf('litserve')],
      leftOut: [],
    });
  });

  it('have every combination of values, without a delay where there are no batches', () => {
    const grid = { instances: [1, 2], maxBatch: [1, 4], batchDelayMs: [0, 5] };
    const { targets, leftOut } = expand(['litserve'], grid);

    expect(leftOut).toEqual([]);
    expect(targets.map(({ settings }) => settings)).toEqual([
      { instances: 1, threads: 1, maxBatch: 1, batchDelayMs: 0 },
      { instances: 1, threads: 1, maxBatch: 4, batchDelayMs: 0 },
      { instances: 1, threads: 1, maxBatch: 4, batchDelayMs: 5 },
      { instances: 2, threads: 1, maxBatch: 1, batchDelayMs: 0 },
      { instances: 2, threads: 1, maxBatch: 4, batchDelayMs: 0 },
      { instances: 2, threads: 1, maxBatch: 4, batchDelayMs: 5 },
    ]);
  });

  it('include the defaults of the product if they are asked for', () => {
    const { targets } = expand(['litserve'], { default: true });

    expect(targets.map(({ settings }) => settings)).toEqual([
      'default',
      { instances: 1, threads: 1, maxBatch: 1, batchDelayMs: 0 },
    ]);
  });

  it('have the shortest delay of a serving that forms no batches without one', () => {
    const { targets, leftOut } = expand(['litserve', 'torchserve'], { maxBatch: [8] });

    expect(targets).toMatchObject([
      { serving: 'litserve', settings: { maxBatch: 8, batchDelayMs: 0 } },
      { serving: 'torchserve', settings: { maxBatch: 8, batchDelayMs: 1 } },
    ]);
    expect(leftOut).toEqual([]);
    expect(expand(['torchserve'], { maxBatch: [8], batchDelayMs: [0] })).toMatchObject({
      targets: [{ settings: { maxBatch: 8, batchDelayMs: 1 } }],
      leftOut: [{ setting: 'batchDelayMs', values: [0], reason: 'it takes no less than 1' }],
    });
  });

  it('of a search have that delay, too', () => {
    const { targets } = withSettings([targetOf('torchserve')], {
      grid: undefined,
      runtime: 'venv',
      model: free,
      readsOnnx: () => true,
      isDelay: false,
      tunedCores: 2,
    });
    const delays = targets.flatMap(({ settings = 'default' }) =>
      hasBatches(settings) ? [settings.batchDelayMs] : [],
    );

    expect(new Set(delays)).toEqual(new Set([1, 5]));
  });

  it('have the values of one serving in place of those for all', () => {
    const grid = { instances: [1, 2], only: { litserve: { instances: [4], maxBatch: [8] } } };
    const { targets } = expand(['flask', 'litserve'], grid);

    expect(targets).toMatchObject([
      { serving: 'flask', settings: { instances: 1, maxBatch: 1 } },
      { serving: 'flask', settings: { instances: 2, maxBatch: 1 } },
      { serving: 'litserve', settings: { instances: 4, maxBatch: 8 } },
    ]);
  });

  it('are refused with values for a serving that is not measured, or cannot have them', () => {
    expect(() => expand(['litserve'], { only: { litserv: { threads: [2] } } })).toThrow(
      expect.objectContaining({ code: 'BENCH_SETTINGS', hint: 'did you mean litserve?' }) as Error,
    );
    expect(() => expand(['flask', 'litserve'], { only: { flask: { maxBatch: [8] } } })).toThrow(
      'no chosen serving can have maxBatch 8',
    );
  });

  describe('with precisions', () => {
    const checks = {};
    const precise = { ...free, precisions: { int8: { sha256: '', checks } } };

    it('have each of them with each combination of the other settings', () => {
      const grid = { threads: [1, 2], precision: ['given', 'int8'] };
      const { targets } = expand(['litserve'], grid, 'venv', precise);

      expect(targets.map(({ settings }) => settingsId(settings ?? 'default'))).toEqual([
        'i1-t1-b1-d0',
        'i1-t2-b1-d0',
        'i1-t1-b1-d0-int8',
        'i1-t2-b1-d0-int8',
      ]);
    });

    it('leave out containers that read no ONNX file', () => {
      const grid = { precision: ['given', 'int8'] };
      const { targets, leftOut } = expand(['tfserving', 'triton_onnx'], grid, 'docker', precise);

      expect(targets.map(({ serving }) => serving)).toEqual([
        'tfserving',
        'triton_onnx',
        'triton_onnx',
      ]);
      expect(leftOut).toMatchObject([
        { serving: 'tfserving', setting: 'precision', values: ['int8'] },
      ]);
    });

    it('are refused if the model has no such precision', () => {
      expect(() => expand(['litserve'], { precision: ['int9'] }, 'venv', precise)).toThrow(
        expect.objectContaining({ code: 'BENCH_SETTINGS', hint: 'did you mean int8?' }) as Error,
      );
      expect(() => expand(['litserve'], { precision: ['int8'] })).toThrow(
        'the model has no precision int8',
      );
    });
  });

  it('leave out what a serving does not have, with the reason', () => {
    const grid = { instances: [1, 2], maxBatch: [1, 4] };
    const { targets, leftOut } = expand(['flask', 'litserve'], grid);

    expect(targets.filter(({ serving }) => serving === 'flask')).toMatchObject([
      { settings: { instances: 1, maxBatch: 1 } },
      { settings: { instances: 2, maxBatch: 1 } },
    ]);
    expect(leftOut).toEqual([
      {
        serving: 'flask',
        setting: 'maxBatch',
        values: [4],
        reason: 'Flask answers one request at a time',
      },
    ]);
  });

  it('leave out values below the least that a serving takes', () => {
    const grid = { maxBatch: [4], batchDelayMs: [0, 5] };
    const { targets, leftOut } = expand(['torchserve'], grid);

    expect(targets).toMatchObject([{ settings: { maxBatch: 4, batchDelayMs: 5 } }]);
    expect(leftOut).toMatchObject([{ setting: 'batchDelayMs', values: [0] }]);
  });

  it('are the same for all simulated servers, which have every setting', () => {
    const { targets, leftOut } = expand(['flask'], { instances: [2], maxBatch: [4] }, 'simulated');

    expect(leftOut).toEqual([]);
    expect(targets).toMatchObject([{ settings: { instances: 2, maxBatch: 4 } }]);
  });

  it('leave out the settings of a stand-in', () => {
    const { leftOut } = expand(['tfserving', 'litserve'], { threads: [2] });

    expect(leftOut).toMatchObject([{ serving: 'tfserving', setting: 'threads', values: [2] }]);
  });

  it('leave out batches where the model that we build takes one image, in a container', () => {
    const servings = ['tfserving', 'triton_tensorflow', 'triton_onnx', 'torchserve'] as const;
    const leftOutIn = (
      runtime: 'venv' | 'docker',
      model: Parameters<typeof withSettings>[1]['model'],
    ) =>
      expand(servings, { maxBatch: [4], batchDelayMs: [1] }, runtime, model)
        .leftOut.filter(({ setting }) => setting === 'maxBatch')
        .map(({ serving }) => serving);

    expect(leftOutIn('docker', askedResnet50)).toEqual(['tfserving', 'triton_tensorflow']);
    expect(leftOutIn('docker', free)).toEqual([]);
    // There, a stand-in takes the place of TensorFlow Serving, and Triton computes the ONNX file.
    expect(leftOutIn('venv', askedResnet50)).toEqual(['tfserving']);
  });

  it.each([
    ['a setting that no serving has', ['flask', 'kserve'], { maxBatch: [1, 4] }, free],
    ['batches of a model that takes one input', ['litserve'], { maxBatch: [4] }, fixed],
  ] as const)('are refused with %s', (_, servings, grid, model) => {
    expect(() => expand(servings, grid, 'venv', model)).toThrow(
      expect.objectContaining({
        code: 'BENCH_SETTINGS',
        message: expect.stringContaining('maxBatch') as string,
      }) as Error,
    );
  });
});
