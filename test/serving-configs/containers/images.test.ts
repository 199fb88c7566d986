import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildsOf, CONTEXT, copiesOf, dockerfiles, instructionsOf, restsOf } from './dockerfile.ts';

/** An image that another one is built on. */
const isBase = (argument: string): boolean => argument.endsWith('_IMAGE');

/** Bases that a builder need not name, by the release that they are of. */
const DEFAULT_BASES = ['PYTHON_IMAGE=python:3.11-slim-bookworm', 'GO_IMAGE=golang:1.26-bookworm'];

const KNOWN = ['ARG', 'FROM', 'ENV', 'COPY', 'RUN', 'USER', 'WORKDIR'];

it('finds the images', () => {
  expect(dockerfiles.length).toBeGreaterThan(1);
});

describe.each(dockerfiles)('the image of %s', (file) => {
  it('has only instructions that there are', () => {
    expect(instructionsOf(file)).not.toEqual([]);
    expect(instructionsOf(file).filter(({ name }) => !KNOWN.includes(name))).toEqual([]);
  });

  it('builds on what the builder may name, by its digest', () => {
    const bases = restsOf(file, 'FROM').map((rest) => /^\$\{(\w+)\}/.exec(rest)?.[1] ?? rest);
    const asked = restsOf(file, 'ARG').filter((rest) => /^\w+_IMAGE\b/.test(rest));

    expect(asked.map((rest) => rest.split('=')[0])).toEqual(bases);
    expect(asked.filter((rest) => rest.includes('=') && !DEFAULT_BASES.includes(rest))).toEqual([]);
  });

  it('copies what is there', () => {
    const sources = copiesOf(file).map(([from]) => from);

    expect(sources).not.toEqual([]);
    expect(sources.filter((source) => !existsSync(path.join(CONTEXT, source)))).toEqual([]);
  });

  it('is told what it asks for, by the manifest of each serving in it, and by its builder', () => {
    const asked = restsOf(file, 'ARG').filter((rest) => !rest.includes('=') && !isBase(rest));

    for (const told of buildsOf(file))
      expect(Object.keys(told).toSorted()).toEqual(asked.toSorted());
  });

  it('is told of no model: what starts it does that', () => {
    expect(restsOf(file, 'ENV').filter((rest) => rest.includes('SERVED_MODEL'))).toEqual([]);
  });

  it('installs no package whose hash is not known', () => {
    const installs = restsOf(file, 'RUN').flatMap((rest) => rest.match(/pip install[^&]*/g) ?? []);

    expect(installs.filter((install) => !install.includes('--require-hashes'))).toEqual([]);
  });
});

describe.each(
  dockerfiles.filter((file) => restsOf(file, 'ARG').some((rest) => rest.startsWith('ACCELERATOR'))),
)('the accelerator of the image of %s', (file) => {
  const [check = ''] = restsOf(file, 'RUN').filter((rest) =>
    rest.startsWith('case "${ACCELERATOR}"'),
  );
  const checked = (accelerator: string) =>
    spawnSync('sh', ['-c', check], { env: { ACCELERATOR: accelerator }, encoding: 'utf8' });

  it('is a GPU, or what the builder says', () => {
    expect(restsOf(file, 'ARG')).toContain('ACCELERATOR=gpu');
    expect(checked('gpu').status).toBe(0);
    expect(checked('cpu').status).toBe(0);
  });

  it.each(['', 'tpu', 'GPU'])('is not %j', (accelerator) => {
    const { status, stderr } = checked(accelerator);

    expect(status).toBe(1);
    expect(stderr).toBe(`error: ACCELERATOR is '${accelerator}', it must be gpu or cpu\n`);
  });

  it('brings the packages for a GPU only where it is one', () => {
    const install = restsOf(file, 'RUN').find((rest) => rest.includes('/requirements/gpu.txt'));

    expect(install).toMatch(
      /&& if \[ "\$\{ACCELERATOR\}" = gpu \]; then pip uninstall .*gpu\.txt; fi$/,
    );
  });
});
