import type { ServingName } from '../../serving-configs/index.ts';
import { defaultCache } from '../../serving-configs/installation.ts';
import { ensureLite0 } from '../../serving-configs/models/lite0/ensure-lite0.ts';
import { nameOf, waysOf } from '../conformance/probes.ts';
import { ask, middlewareOf } from '../conformance/session.ts';
import { startReal } from '../conformance/started-serving.ts';

/** Those that CI installs. */
const servings = [
  'torchserve',
  'tfserving',
  'triton_pytorch',
  'triton_tensorflow',
  'triton_onnx',
  'bentoml',
  'cortex',
  'fastapi',
  'flask',
  'mms',
  'mosec',
  'kserve',
  'mlserver',
] as const satisfies readonly ServingName[];

/** The probabilities of the cats differ by hundredths only. */
const images = [
  ['coffee.jpg', /^espresso$/],
  ['cat.jpg', /^(?:tabby|tiger cat|Egyptian cat)$/],
] as const;

describe('A trained model behind a real platform', () => {
  let model: string;

  beforeAll(async () => {
    ({ file: model } = await ensureLite0(defaultCache()));
  });

  it.each(servings)(
    'recognises the coffee and the cat over every protocol and payload: %s',
    async (serving) => {
      const real = await startReal(serving, '--weights', model);
      const app = await middlewareOf(serving, real.urls);
      // The unresized image of the study is only divided by 255, which is not how the network was trained.
      const ways = waysOf(serving).filter(({ payload }) => payload !== 'tensor_fullsize');
      const seen: Record<string, unknown> = {};
      const wanted: Record<string, unknown> = {};
      try {
        for (const way of ways) {
          for (const [file, correct] of images) {
            const response = await ask(app, serving, way, file);
            const { top } = response.json<{ top: { label: string; score: number }[] }>();
            seen[`${nameOf(way)}, ${file}`] = top[0]?.label;
            wanted[`${nameOf(way)}, ${file}`] = expect.stringMatching(correct);
          }
        }
      } finally {
        await app.close();
        await real.stop();
      }

      expect(seen).toEqual(wanted);
    },
  );
});
