import {
  availableOnPairs,
  planOnPairs,
  requestOnPairs,
} from '../../../../lib/bench/aws/run-request.ts';
import type { PlanOverrides } from '../../../../lib/bench/model/plan-options.ts';
import { planRequestSchema, type PlanRequest } from '../../../../lib/bench/plan/plan-request.ts';
import { schemaProblem } from '../../../../lib/bench/results/check-content.ts';
import type { RuntimeEntry } from '../../../../lib/bench/run/servings/runtime.ts';
import {
  makePlan,
  overridesOf,
  requestedOptions,
  SIMULATED_HERE,
  type Available,
  type PlannedRun,
} from '../../../../lib/bench/run/make-plan.ts';
import { askedResnet50 } from '../../../support/planned-models.ts';
import { requestedRun } from '../../../support/requested-run.ts';
import { servingNames, servingSets } from '../../../../serving-configs/index.ts';
import type { RunningServer } from '../../../../serving-configs/running-server.ts';

const deployed = {
  servings: ['tfserving', 'triton_onnx'],
  runtime: 'container',
  cores: 4,
} as const;

const given = {
  kind: 'given',
  name: 'two',
  title: 'two',
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 3] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 3] }],
  otherFormats: {},
  checks: {},
} as const;

const requestHere = (overrides: PlanOverrides, change: Partial<PlanRequest> = {}): PlanRequest => ({
  ...requestedOptions({ seed: 7, ...overrides }),
  model: askedResnet50,
  host: { where: 'local', runtime: 'simulated' },
  settings: {},
  ...change,
});

const servingsOf = ({ targets }: PlannedRun) => [...new Set(targets.map(({ serving }) => serving))];

describe('The servings and options of a request', () => {
  it.each([
    ['default', {}],
    ['all', { servings: servingNames }],
    ['study', { servings: servingSets.study }],
    ['named', { servings: ['flask', 'tfserving'] }],
  ] as const)('are told apart by kind and lose nothing: %s', (kind, overrides) => {
    const requested = requestedOptions({ repeats: 4, ...overrides });

    expect(requested).toMatchObject({ servings: { kind }, options: { repeats: 4 } });
    expect(overridesOf(requested)).toEqual({ repeats: 4, ...overrides });
  });
});

describe('A request as JSON', () => {
  it('is understood after the way to a node', () => {
    const request = requestOnPairs(
      { runId: 'study', runtime: 'container' },
      {
        ...requestedOptions({ repeats: 4, levels: [{ loop: 'closed', virtualUsers: 2 }] }),
        model: given,
        settings: { processes: 2 },
      },
    );
    const sent: unknown = JSON.parse(JSON.stringify(request));

    expect(schemaProblem(planRequestSchema, sent)).toBeUndefined();
    expect(sent).toEqual(request);
  });

  it.each([
    ['a model of an unknown kind', { model: { kind: 'many' } }],
    ['named servings without names', { servings: { kind: 'named' } }],
    ['a runtime that nodes do not have', { host: { where: 'aws', runtime: 'venv' } }],
  ])('is not understood with %s', (_, change) => {
    expect(schemaProblem(planRequestSchema, { ...requestHere({}), ...change })).toBeDefined();
  });
});

describe('The plan of a request', () => {
  it('is the same for the operator and for every node of a run', () => {
    const run = { runId: 'study', runtime: 'container' } as const;
    const request = requestOnPairs(run, {
      ...requestedOptions({ repeats: 3 }),
      model: askedResnet50,
      settings: {},
    });
    const onNode: Available = {
      ...availableOnPairs(deployed, request.model),
      runnable: {
        kind: 'listed',
        entries: deployed.servings.map((serving) => ({ serving, state: 'installed' })),
      },
      loadGenerator: 'k6',
      settings: { modelFiles: { onnx: '/models/model.onnx' } },
    };
    const [planned, first, second] = [
      planOnPairs(request, deployed),
      makePlan(request, onNode),
      makePlan(request, onNode),
    ];

    expect(first).toEqual(second);
    expect(first.measurements).toEqual(planned.measurements);
    expect(first.options).toMatchObject({ loadGenerator: 'k6', bypassSeconds: 1 });
    expect(first.settings).toEqual({ modelFiles: { onnx: '/models/model.onnx' } });
    expect(servingsOf(first)).toEqual(deployed.servings);
  });

  it('has another seed for another run', () => {
    const seeds = ['study', 'other'].map((runId) => requestedRun(runId, {}, [1]).plan.options.seed);

    expect(new Set(seeds).size).toBe(2);
  });

  it('leaves out what the runtime cannot run, and refuses it if it was named', () => {
    const entries: readonly RuntimeEntry[] = [
      { serving: 'tfserving', state: 'installed', platform: 'TensorFlow Serving', engine: 'CPU' },
      { serving: 'torchserve', state: 'not-installed', reason: 'no Java' },
    ];
    const venv: PlanRequest['host'] = { where: 'local', runtime: 'venv' };
    const available: Available = { ...SIMULATED_HERE, runnable: { kind: 'listed', entries } };
    const planned = makePlan(requestHere({}, { host: venv }), available);

    expect(servingsOf(planned)).toEqual(['tfserving']);
    expect(planned.served).toMatchObject({ tfserving: { platform: 'TensorFlow Serving' } });
    expect(planned.leftOut).toContainEqual({ serving: 'torchserve', reason: 'no Java' });
    expect(() =>
      makePlan(requestHere({ servings: ['torchserve'] }, { host: venv }), available),
    ).toThrow(expect.objectContaining({ code: 'BENCH_NOT_RUNNABLE' }) as Error);
  });

  it('has one serving of each platform that can serve a given model, and only tensors', () => {
    const planned = makePlan(requestHere({}, { model: given }), {
      ...SIMULATED_HERE,
      loadGenerator: 'k6',
    });

    expect(servingsOf(planned)).toContain('triton_onnx');
    expect(new Set(planned.targets.map(({ payload }) => payload))).toEqual(new Set(['tensors']));
    expect(planned.options.loadGenerator).toBe('embedded');
  });

  it('refuses a named serving that cannot serve the model where it runs', () => {
    const reason = 'it needs a SavedModel';
    const request = requestHere({ servings: ['tfserving'] }, { model: given });
    const available: Available = { ...SIMULATED_HERE, unable: [{ serving: 'tfserving', reason }] };

    expect(() => makePlan(request, available)).toThrow(
      expect.objectContaining({ code: 'BENCH_NO_TARGET' }) as Error,
    );
  });
});

const server: RunningServer = {
  name: 'mine',
  url: 'http://localhost:9000',
  protocol: 'rest',
  encodings: ['json'],
  speaks: 'open-inference',
  path: '/v2/models/two/infer',
  model: 'two',
};

describe('The plan of running servers', () => {
  const available: Available = { ...SIMULATED_HERE, running: [server] };
  const running: Partial<PlanRequest> = {
    model: given,
    host: { where: 'local', runtime: 'running' },
  };

  it('has only these, without a cold scenario', () => {
    const planned = makePlan(requestHere({ scenarios: ['cold', 'warm'] }, running), available);

    expect(servingsOf(planned)).toEqual(['mine']);
    expect(planned.servers).toEqual([server]);
    expect(planned.leftOut).toMatchObject([{ serving: 'mine' }]);
    expect(new Set(planned.measurements.map(({ scenario }) => scenario))).toEqual(
      new Set(['warm']),
    );
  });

  it('is refused if it has only cold scenarios', () => {
    expect(() => makePlan(requestHere({ scenarios: ['cold'] }, running), available)).toThrow(
      expect.objectContaining({ code: 'BENCH_USAGE' }) as Error,
    );
  });
});

const tune = (change: Partial<PlanRequest> = {}, available: Partial<Available> = {}) =>
  makePlan(requestHere({ profile: 'tune' }, change), {
    ...SIMULATED_HERE,
    cores: 2,
    ...available,
  });

describe('A search for settings', () => {
  it('compares the servers that teams choose today, unless they are simulated', () => {
    const host = { where: 'local', runtime: 'venv' } as const;

    expect(servingsOf(tune({ host, model: given }))).toEqual(
      expect.arrayContaining(['triton_onnx', 'litserve', 'mosec', 'fastapi']),
    );
    expect(servingsOf(tune({ host, model: given }))).not.toContain('torchserve');
    expect(servingsOf(tune())).toHaveLength(2);
  });

  it('always has the defaults of each server, and lets simulated servers wait in batches', () => {
    const { targets, options, tuning, measurements } = tune();
    const defaults = targets.filter(({ settings }) => settings === 'default');

    expect(defaults).toHaveLength(2);
    expect(options).toMatchObject({ engine: 'delay', delayPerInputMs: 2.5 });
    expect(tuning).toEqual({ p99Ms: 100, ladders: [4], finalists: 2 });
    expect(new Set(measurements.map(({ engine }) => engine))).toEqual(new Set(['noop']));
  });

  it('tries no more instances and threads than there are cores', () => {
    const settings = tune({ model: given }, { cores: 4 }).targets.flatMap((target) =>
      target.settings === undefined || target.settings === 'default' ? [] : [target.settings],
    );

    expect(Math.max(...settings.map(({ instances, threads }) => instances * threads))).toBe(4);
    expect(new Set(settings.map(({ maxBatch }) => maxBatch))).toEqual(new Set([1, 4, 8]));
  });

  it('tries on nodes what the instance type of the serving node has cores for', () => {
    const run = { runId: 'r', runtime: 'container' } as const;
    const asked = { ...requestedOptions({ profile: 'tune' }), model: given, settings: {} };
    const { targets } = planOnPairs(requestOnPairs(run, asked), deployed);
    const threads = targets.map(({ settings = 'default' }) =>
      settings === 'default' ? 0 : settings.threads,
    );

    expect(new Set(targets.map(({ serving }) => serving))).toEqual(new Set(['triton_onnx']));
    expect(Math.max(...threads)).toBe(deployed.cores);
  });

  it('is refused for running servers, whose settings cannot be changed', () => {
    expect(() => tune({ model: given }, { running: [server] })).toThrow(
      expect.objectContaining({ code: 'BENCH_SETTINGS' }) as Error,
    );
  });
});
