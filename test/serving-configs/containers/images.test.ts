import { existsSync } from 'node:fs';
import path from 'node:path';
import { CONTEXT, copiesOf, dockerfiles, instructionsOf, restsOf, textOf } from './dockerfile.ts';

const KNOWN = ['ARG', 'FROM', 'ENV', 'COPY', 'RUN', 'USER', 'WORKDIR'];

/** The environments that an image may be built with, as its first lines name them. */
const environmentsOf = (file: string): readonly string[] => {
  const head = textOf(file).split('\nARG')[0] ?? '';
  return [...head.matchAll(/"(\w+)"/g)].map(([, name = '']) => name);
};

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
    const sources = copiesOf(file).flatMap(([from]) =>
      from.includes('${ENVIRONMENT}')
        ? environmentsOf(file).map((name) => from.replace('${ENVIRONMENT}', name))
        : [from],
    );

    expect(sources).not.toEqual([]);
    expect(sources.filter((source) => !existsSync(path.join(CONTEXT, source)))).toEqual([]);
  });

  it('installs no package whose hash is not known', () => {
    const installs = restsOf(file, 'RUN').flatMap((rest) => rest.match(/pip install[^&]*/g) ?? []);

    expect(installs.filter((install) => !install.includes('--require-hashes'))).toEqual([]);
  });
});
