import { buildApp, type App } from '../../middleware/app.ts';
import type { ServingName } from '../../serving-configs/index.ts';
import { nameOf, waysOf } from '../conformance/probes.ts';
import { ask } from '../conformance/session.ts';
import { NOWHERE, testConfig } from '../support/middleware.ts';
import { useTemporaryFolders } from '../support/temporary-folder.ts';
import type { StandInName } from './stand-ins/build-stand-ins.ts';
import { buildModels } from './support/build-models.ts';
import { dockerEnvironment } from './support/docker-environment.ts';
import { startServing, type ContainedServing } from './support/start-serving.ts';

const SERVINGS: readonly (readonly [ServingName, StandInName])[] = [
  ['torchserve', 'pytorch/torchserve:0.12.0-cpu'],
  ['tfserving', 'tensorflow/serving:2.19.1'],
  ['triton_pytorch', 'nvidia/tritonserver:25.02-py3'],
  ['triton_tensorflow', 'nvidia/tritonserver:25.02-py3'],
  ['triton_onnx', 'nvidia/tritonserver:25.02-py3'],
  ['ovms', 'openvino/model_server:2026.4.1'],
];
const ESPRESSO = 967;

const environment = dockerEnvironment();
const makeFolder = useTemporaryFolders();
let models = '';

beforeAll(async () => {
  models = await buildModels(environment, makeFolder());
}, 600_000);

describe.each(SERVINGS)('%s in its container', (serving, name) => {
  let started: ContainedServing | undefined;
  let app: App | undefined;

  beforeAll(async () => {
    started = await startServing(serving, environment.image(name), models);
    const config = testConfig(NOWHERE);
    app = await buildApp({
      ...config,
      servingUrls: { ...config.servingUrls, [serving]: started.urls },
    });
  }, 240_000);

  afterAll(async () => {
    await app?.http.close();
    await started?.stop();
  }, 60_000);

  // A picture of the full size as numbers is as much text as fifty others.
  const ways = waysOf(serving).filter(({ payload }) => payload !== 'tensor_fullsize');
  it.each(ways.map((way) => [nameOf(way), way] as const))(
    'sees an espresso in a picture of one, asked over %s',
    async (_, way) => {
      if (app === undefined) throw new Error(`${serving} was not started`);
      const response = await ask(app, serving, way, 'coffee.jpg');

      expect(response.json()).toMatchObject({ top: [{ class: ESPRESSO }, {}, {}, {}, {}] });
    },
  );
});
