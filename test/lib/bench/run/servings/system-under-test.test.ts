import { createServer } from 'node:net';
import { join } from 'node:path';
import { createTestBed } from '../../../../../lib/bench/run/test-bed.ts';
import {
  createLocalSystem,
  weightsTrainedOf,
} from '../../../../../lib/bench/run/servings/system-under-test.ts';
import { CLASSIFIER } from '../../../../../serving-configs/models/model.ts';
import { listenOn } from '../../../../../serving-configs/reference/listen.ts';
import {
  planMeasurement,
  recordedPlan,
  recordedTargets,
} from '../../../../support/recorded-run.ts';
import { newFolder } from '../../../../support/temporary-folder.ts';

it('A serving whose port another program has taken starts on another one, which the middleware then knows', async () => {
  const [target] = recordedTargets();
  const { serving } = target;
  const source = CLASSIFIER;
  const system = await createLocalSystem({
    servings: [serving],
    servers: [],
    runtime: 'simulated',
    settings: {},
    model: source,
  });
  const plan = recordedPlan([planMeasurement({ target })], [target]);
  const testBed = createTestBed(
    { ...plan, settings: { processes: 1 } },
    {
      folder: newFolder(),
      servers: [],
      dataSetDir: join(import.meta.dirname, '../../../../../k6/images'),
      source,
    },
    system,
  );
  const other = createServer();
  try {
    const before = await testBed.middleware();
    const { rest = '' } = system.urls[serving] ?? {};
    await listenOn(other, '127.0.0.1', Number(new URL(rest).port));

    const running = await system.start({ serving }, 'noop', new AbortController().signal);
    const after = await testBed.middleware();

    expect(running.urls.rest).toBe(system.urls[serving]?.rest);
    expect(running.urls.rest).not.toBe(rest);
    expect(after.url).not.toBe(before.url);
    expect(await testBed.middleware()).toBe(after);
  } finally {
    other.close();
    await testBed.stop();
  }
});

describe('Whether the weights of a serving are trained', () => {
  it.each([
    ['the user’s model', { onnx: '/models/own.onnx' }, true],
    ['random weights', undefined, false],
  ])('is known for platforms from packages with %s', (_, modelFiles, trained) => {
    expect(
      weightsTrainedOf({ runtime: 'venv', settings: { modelFiles } }, ['flask', 'mms']),
    ).toEqual({
      flask: trained,
      mms: trained,
    });
  });

  it('is left to the simulated server, which reports it in every answer', () => {
    expect(weightsTrainedOf({ runtime: 'simulated', settings: {} }, ['flask'])).toEqual({});
  });

  it.each([
    [true, { flask: true }],
    [false, { flask: false }],
    [undefined, {}],
  ])('is known for containers if it is known for their models: %s', (trained, known) => {
    expect(
      weightsTrainedOf(
        { runtime: 'docker', settings: { modelFiles: { onnx: '/models/own.onnx', trained } } },
        ['flask'],
      ),
    ).toEqual(known);
  });
});
