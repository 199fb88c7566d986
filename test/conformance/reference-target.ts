import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { payloadsOf, servingFactsOf, type ServingName } from '../../serving-configs/index.ts';
import type { Layout } from '../../serving-configs/manifest.ts';
import { decodeImage } from '../../serving-configs/models/input/decode-image.ts';
import { geometryOf } from '../../serving-configs/models/input/geometry.ts';
import { normalisationOf, toNumbers } from '../../serving-configs/models/input/normalise.ts';
import { encodeOnnx } from '../../serving-configs/models/onnx/messages.ts';
import { limitRequests } from '../../serving-configs/reference/limit-requests.ts';
import { loadWire } from '../../serving-configs/reference/load-wire.ts';
import { startServer } from '../../serving-configs/reference/server.ts';
import { classifierOf, imageOf } from '../support/codec-inputs.ts';
import { holdingEngine } from '../serving-configs/reference/holding-engine.ts';
import { imagesDir } from '../support/middleware.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { describeOwnTimes } from './own-times.ts';
import { IMAGES } from './session.ts';
import { smallAnswer, smallClassifier } from './small-classifier.ts';
import { startReference } from './started-serving.ts';
import type { HeldServing, Scored, Target } from './target.ts';

const files = new Map<Layout, Promise<string>>();

const writeModel = async (layout: Layout): Promise<string> => {
  const file = path.join(newFolder(), 'small.onnx');
  await writeFile(file, encodeOnnx(smallClassifier(layout)));
  return file;
};

const modelFor = (serving: ServingName): Promise<string> => {
  const { layout } = servingFactsOf(serving).model;
  const file = files.get(layout) ?? writeModel(layout);
  files.set(layout, file);
  return file;
};

/** Starts a simulated server in this process that answers nothing until it is released. */
const holdReference = async (serving: ServingName): Promise<HeldServing> => {
  const { engine, release } = holdingEngine(classifierOf(serving));
  const wire = await loadWire(serving);
  const server = await startServer(
    { wire, engine: limitRequests(engine, wire.takesAtMost).engine },
    { host: '127.0.0.1', port: 0 },
  );
  return { urls: { rest: server.url }, release, end: () => server.stop() };
};

/** The simulated server in its own process. */
export const referenceTarget: Target = {
  title: 'the simulated server',
  start: async (serving) => startReference(serving, '--weights', await modelFor(serving)),
  // Any engine will do, because the test only checks that it answers.
  startAgain: (serving, ...args) => startReference(serving, '--engine', 'noop', ...args),
  expectedAnswers: async (serving) => {
    const { layout } = servingFactsOf(serving).model;
    const answers = new Map<string, readonly Scored[]>();
    for (const payload of payloadsOf(serving)) {
      const prepared = imageOf(serving, payload);
      for (const image of IMAGES) {
        const bytes = await readFile(path.join(imagesDir, image));
        const pixels = await decodeImage(bytes, geometryOf(prepared));
        const tensor = toNumbers(pixels, normalisationOf(prepared));
        answers.set(`${payload} ${image}`, smallAnswer(tensor, layout));
      }
    }
    return (payload, image) => answers.get(`${payload} ${image}`) ?? [];
  },
  worker: ({ line }) => Promise.resolve(Number(line['pid'])),
  hold: ({ serving }) => holdReference(serving),
  killed: () => ({ dies: 'the simulated server is a single process' }),
  startsTwice: () => true,
  processes: 1,
  also: describeOwnTimes,
};
