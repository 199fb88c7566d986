import { existsSync } from 'node:fs';
import path from 'node:path';
import { manifestOf, servingNames } from '../../../serving-configs/index.ts';
import { CONTEXT, copiesOf, dockerfiles, instructionsOf, restsOf, textOf } from './dockerfile.ts';

/** An image that another one is built on, which its builder names. */
const isBase = (argument: string): boolean => argument.endsWith('_IMAGE');

const KNOWN = ['ARG', 'FROM', 'ENV', 'COPY', 'RUN', 'USER', 'WORKDIR'];

it('finds the images', () => {
  expect(dockerfiles.length).toBeGreaterThan(1);
});

describe.each(dockerfiles)('the image of %s', (file) => {
  it('has only instructions that there are', () => {
    expect(instructionsOf(file)).not.toEqual([]);
    expect(instructionsOf(file).filter(({ name }) => !KNOWN.includes(name))).toEqual([]);
  });

  it('builds on nothing that the builder does not name, by its digest', () => {
    const bases = restsOf(file, 'FROM').map((rest) => /^\$\{(\w+)\}/.exec(rest)?.[1]);

    // An argument with no value of its own must be given.
    expect(bases).not.toEqual([]);
    expect(bases.filter((base) => !restsOf(file, 'ARG').includes(base ?? ''))).toEqual([]);
    expect(textOf(file).match(/--build-arg \w+_IMAGE=\S+@sha256:/g)).toHaveLength(bases.length);
  });

  it('copies what is there', () => {
    const sources = copiesOf(file).map(([from]) => from);

    expect(sources).not.toEqual([]);
    expect(sources.filter((source) => !existsSync(path.join(CONTEXT, source)))).toEqual([]);
  });

  it('is told what it asks for, by the manifest of each serving in it, and by its builder', () => {
    const asked = restsOf(file, 'ARG').filter((rest) => !rest.includes('=') && !isBase(rest));
    const told = servingNames.flatMap((serving) => {
      const image = manifestOf(serving).container?.image;
      const recipe = image !== undefined && 'dockerfile' in image ? image : undefined;
      const names = Object.keys(recipe?.arguments ?? {});
      return recipe?.dockerfile === file ? [names.toSorted()] : [];
    });

    expect(told).not.toEqual([]);
    for (const names of told) expect(names).toEqual(asked.toSorted());
  });

  it('installs no package whose hash is not known', () => {
    const installs = restsOf(file, 'RUN').flatMap((rest) => rest.match(/pip install[^&]*/g) ?? []);

    expect(installs.filter((install) => !install.includes('--require-hashes'))).toEqual([]);
  });
});
