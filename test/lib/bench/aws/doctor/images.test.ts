import { parseConfig } from '../../../../../lib/aws/config/index.ts';
import { imagesOf, imageVerdict } from '../../../../../lib/bench/aws/doctor/images.ts';
import type { ImageAnswer } from '../../../../../lib/bench/aws/doctor/registry.ts';

const namesOf = (input: Readonly<Record<string, unknown>>): readonly string[] =>
  imagesOf(parseConfig(input)).map(({ name }) => name);

const PYTHON = 'public.ecr.aws/docker/library/python:3.11-slim-bookworm';

describe('the images of a deployment', () => {
  it('are those of its servings, and the base image of the tools that build their models', () => {
    expect(namesOf({ servings: ['tfserving'] })).toEqual(['tensorflow/serving:2.19.1-gpu', PYTHON]);
    expect(namesOf({ servings: ['flask'], servingInstanceType: 'm5.xlarge' })).toEqual([PYTHON]);
  });

  it('come from the mirror, whose copies of official images are in a folder', () => {
    const registry = 'registry.example.com/mirror';

    expect(namesOf({ registry, servings: ['flask', 'torchserve'] })).toEqual(
      expect.arrayContaining([
        `${registry}/library/python:3.11-slim-bookworm`,
        `${registry}/pytorch/torchserve:0.12.0-gpu`,
      ]),
    );
  });

  it('are none if servers are simulated', () => {
    expect(namesOf({ runtime: 'simulated' })).toEqual([]);
  });
});

describe('an image', () => {
  const image = { name: 'one/image:1', servings: ['flask'] } as const;
  const found = { state: 'found', digest: 'sha256:1', sizeBytes: 2.5e9 } as const;

  it.each<readonly [ImageAnswer, string]>([
    [found, 'ok'],
    [{ ...found, pulls: { left: 3, limit: 100, hours: 6 } }, 'ok'],
    [{ ...found, pulls: { left: 0, limit: 100, hours: 6 } }, 'unknown'],
    [{ state: 'missing' }, 'failed'],
    [{ state: 'other-platform', platforms: ['linux/arm64'] }, 'failed'],
    [{ state: 'refused', status: 401 }, 'failed'],
    [{ state: 'refused', status: 429 }, 'unknown'],
    [{ state: 'refused', status: 503 }, 'unknown'],
    [{ state: 'unreachable', cause: new Error('no route') }, 'unknown'],
  ])('whose registry answers %j is %s', (answer, state) => {
    expect(imageVerdict(image, answer)).toMatchObject({ name: 'image image:1', state });
  });
});
