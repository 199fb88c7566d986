import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Target } from '../../../../lib/bench/model/measurement.ts';
import { sealPlan } from '../../../../lib/bench/plan/seal-plan.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/resolve-plan-options.ts';
import { workOfTargets, type PlannedRun } from '../../../../lib/bench/run/make-plan.ts';
import { prepareNewRun, prepareResumedRun } from '../../../../lib/bench/run/prepare-run.ts';
import { createRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import { HERE, type RunSettings } from '../../../../lib/bench/model/plan.ts';
import type { AnyModel } from '../../../../lib/bench/model-file/described-model.ts';
import type { RunEvent } from '../../../../lib/bench/run/run-event.ts';
import { readOwnModel } from '../../../../lib/bench/model-file/read-model.ts';
import { readGiven } from '../../../support/described-model.ts';
import { oneOperatorModel, twoByTwoModel } from '../../../support/onnx-models.ts';
import { plannedResnet50 } from '../../../support/planned-models.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const { signal } = new AbortController();

const inJson = {
  serving: 'mlserver',
  protocol: 'rest',
  payload: 'tensors',
  encoding: 'json',
} as const satisfies Target;
const asBytes = { ...inJson, serving: 'flask', encoding: 'binary' } as const;

/** Whether a warning says that the model is faster than the rig. */
const isOfSpeed = (text: string): boolean => text.startsWith('! the model takes ');

/** Prepares a new run in a folder. */
const prepareRun = async (
  folder: string,
  model: AnyModel,
  targets: readonly Target[],
  settings: RunSettings = {},
) => {
  const options = resolvePlanOptions({ servings: ['mlserver', 'flask'], payloads: ['tensors'] });
  const events: RunEvent[] = [];
  const planned: PlannedRun = {
    ...workOfTargets(targets, options),
    options,
    settings,
    host: { where: 'local', runtime: 'simulated' },
    served: undefined,
    servers: [],
    leftOut: [],
    settingsLeftOut: [],
  };
  const { plan, release } = await prepareNewRun(
    { folder, planned, inputs: { kind: 'description', model } },
    { emit: (event) => void events.push(event), signal },
  );
  await release();
  const texts = events.flatMap((event) => (event.event === 'warning' ? [event.text] : []));
  return {
    plan,
    warnings: texts.filter((text) => !isOfSpeed(text)),
    speed: texts.filter(isOfSpeed),
  };
};

/** Prepares a new run of a described model. */
const prepareDescribed = async (folder: string, description: string, targets: readonly Target[]) =>
  prepareRun(path.join(folder, 'run'), await readGiven(description), targets);

/** Prepares a new run of a model with one input. */
const prepareModel = (onnx: Uint8Array, data: object, targets: readonly Target[]) => {
  const folder = newFolder();
  const description = path.join(folder, 'model.yaml');
  writeFileSync(path.join(folder, 'net.onnx'), onnx);
  writeFileSync(path.join(folder, 'data.json'), JSON.stringify({ data: [data] }));
  writeFileSync(description, '{ model: { onnx: net.onnx }, inputs: data.json }');
  return prepareDescribed(folder, description, targets);
};

/** Prepares a new run of a model that doubles its ids. */
const prepare = (id: bigint, targets: readonly Target[]) => {
  const b64 = Buffer.from(BigInt64Array.of(id, 1n, 2n).buffer).toString('base64');
  return prepareModel(twoByTwoModel(), { ids: { b64 }, weights: [1, 2, 3] }, targets);
};

describe('A run of a model with tensors of any rank', () => {
  it('gives them the rank of its first request and answer', async () => {
    const folder = newFolder();
    const description = path.join(folder, 'model.yaml');
    writeFileSync(path.join(folder, 'net.onnx'), oneOperatorModel('Relu', 'any'));
    writeFileSync(description, '{ model: { onnx: net.onnx, sizes: { x: [2, 1, 3] } } }');
    const { plan } = await prepareDescribed(folder, description, [asBytes]);

    expect(plan.model).toMatchObject({
      inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, -1, -1] }],
      outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, -1, -1] }],
    });
    expect(JSON.stringify(plan.model)).not.toContain('isRankOpen');
  });
});

describe('A run of a model that is faster than the rig', () => {
  it('says so before its first request, and what may tell its servers apart', async () => {
    const { speed } = await prepare(1n, [asBytes]);

    expect(speed).toEqual([expect.stringContaining('CPU time per request or bypass runs')]);
  });
});

describe('A run with INT64 values', () => {
  it('leaves out the targets with JSON, which would round values beyond 2^53, and says so', async () => {
    const { plan, warnings } = await prepare(2n ** 53n + 1n, [inJson, asBytes]);

    expect(plan.targets).toEqual([asBytes]);
    expect(new Set(plan.measurements.map(({ target }) => target.serving))).toEqual(
      new Set(['flask']),
    );
    expect(plan.leftOut).toEqual([
      { serving: 'mlserver', reason: expect.stringContaining('9007199254740993') as string },
    ]);
    expect(warnings).toHaveLength(1);
  });

  it('is refused if all its targets would round them', async () => {
    // The input fits, but the model doubles it.
    await expect(prepare(2n ** 52n, [inJson])).rejects.toMatchObject({
      code: 'BENCH_NO_TARGET',
      message: expect.stringContaining('"twice" holds 9007199254740992') as string,
    });
  });

  it('keeps all targets if JSON can represent the values', async () => {
    const { plan, warnings } = await prepare(2n ** 51n, [inJson, asBytes]);

    expect(plan.targets).toEqual([inJson, asBytes]);
    expect(warnings).toEqual([]);
  });
});

describe('A run with infinities in its correct answers', () => {
  it('leaves out the targets with JSON, which cannot carry them, and says so', async () => {
    const { plan, warnings } = await prepareModel(oneOperatorModel('Log'), { x: [1, 0] }, [
      inJson,
      asBytes,
    ]);

    expect(plan.targets).toEqual([asBytes]);
    expect(plan.leftOut).toEqual([
      { serving: 'mlserver', reason: expect.stringContaining('"y" holds -Infinity') as string },
    ]);
    expect(warnings).toHaveLength(1);
  });
});

describe('A run that is resumed with the description of another model', () => {
  it('is refused before it writes inputs into its folder', async () => {
    const folder = newFolder();
    const run = path.join(folder, 'run');
    const options = resolvePlanOptions({ servings: ['flask'] });
    const work = workOfTargets([{ ...asBytes, payload: 'tensor', encoding: 'raw' }], options);
    const parts = { ...work, options, settings: {}, images: [], createdAt: new Date() };
    await createRunFolder(run, sealPlan({ ...parts, model: plannedResnet50 }));
    const before = readdirSync(run);
    const description = path.join(folder, 'model.yaml');
    writeFileSync(path.join(folder, 'net.onnx'), oneOperatorModel('Log'));
    writeFileSync(description, '{ model: { onnx: net.onnx }, inputs: zero }');
    const model = await readGiven(description);

    await expect(
      prepareResumedRun(
        {
          folder: run,
          overrides: {},
          settings: {},
          host: HERE,
          inputs: { kind: 'description', model },
          servers: [],
        },
        { emit: () => undefined, signal },
      ),
    ).rejects.toMatchObject({ code: 'BENCH_OTHER_MODEL' });
    expect(readdirSync(run)).toEqual(before);
  });
});

describe('A run that cannot start', () => {
  it('leaves nothing behind of the inputs that it wrote', async () => {
    const folder = newFolder();
    const description = path.join(folder, 'model.yaml');
    writeFileSync(path.join(folder, 'net.onnx'), twoByTwoModel());
    writeFileSync(
      description,
      '{ model: { onnx: net.onnx, sizes: { ids: [1, 3], weights: [1, 3] } }, inputs: zero }',
    );
    const model = await readGiven(description);
    const refused = { ...model, onnx: { ...model.onnx, file: path.join(folder, 'gone.onnx') } };

    await expect(prepareRun(path.join(folder, 'run'), refused, [asBytes])).rejects.toMatchObject({
      code: 'BENCH_ANSWERS',
    });
    expect(existsSync(path.join(folder, 'run'))).toBe(false);
  });

  it('is refused before it writes its inputs among files that were there before, and keeps these', async () => {
    const folder = newFolder();
    const description = path.join(folder, 'model.yaml');
    const onnx = path.join(folder, 'model', 'net.onnx');
    mkdirSync(path.dirname(onnx));
    writeFileSync(onnx, oneOperatorModel('Log'));
    writeFileSync(description, '{ model: { onnx: model/net.onnx }, inputs: zero }');
    const model = await readGiven(description);

    await expect(prepareRun(folder, model, [inJson])).rejects.toMatchObject({
      code: 'BENCH_FOLDER_IN_USE',
    });
    expect(readdirSync(folder)).toHaveLength(2);
    expect(readdirSync(path.dirname(onnx))).toEqual(['net.onnx']);
  });

  it('keeps files that it did not write, such as a folder named like that of its model', async () => {
    const folder = newFolder();
    const [photos, own] = ['photos', 'model'].map((name) => path.join(folder, name));
    for (const each of [photos, own]) mkdirSync(each ?? '');
    const model = await readOwnModel();

    await expect(prepareRun(folder, model, [], { imagesDir: photos })).rejects.toMatchObject({
      code: 'BENCH_NO_IMAGES',
    });
    expect(existsSync(own ?? '')).toBe(true);
  });
});
