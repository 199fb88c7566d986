import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
});

describe('the script that installs the packages of an image', () => {
  const SCRIPT = path.join(CONTEXT, 'runtimes/images/install-packages.sh');

  /** Runs it on lists of its own, with programs that only tell how they were called. */
  const callsFor = (accelerator: string): readonly string[] => {
    const folder = mkdtempSync(path.join(tmpdir(), 'install-'));
    cpSync(SCRIPT, path.join(folder, 'install-packages.sh'));
    for (const list of ['python.txt', 'python.source.txt', 'gpu.txt', 'uv.txt'])
      writeFileSync(path.join(folder, list), '');
    for (const program of ['pip', 'uv'])
      writeFileSync(path.join(folder, program), `#!/bin/sh\necho ${program} "$@"\n`, {
        mode: 0o755,
      });
    const { stdout } = spawnSync(
      'sh',
      [path.join(folder, 'install-packages.sh'), 'python', accelerator],
      {
        env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
        encoding: 'utf8',
      },
    );
    rmSync(folder, { recursive: true });
    return stdout.trim().split('\n');
  };

  it.each(['', 'tpu', 'GPU'])('refuses the accelerator %j', (accelerator) => {
    const { status, stderr } = spawnSync('sh', [SCRIPT, 'python', accelerator], {
      encoding: 'utf8',
    });

    expect(status).toBe(1);
    expect(stderr).toBe(`error: ACCELERATOR is '${accelerator}', it must be gpu or cpu\n`);
  });

  it('checks every package against its hash', () => {
    const installs = callsFor('gpu').filter((call) => call.includes(' install '));

    expect(installs).toHaveLength(4);
    expect(installs.filter((call) => !call.includes('--require-hashes'))).toEqual([]);
  });

  it('replaces the ONNX Runtime for CPUs only for a GPU', () => {
    const onCpu = callsFor('cpu');

    expect(onCpu.join()).not.toMatch(/uninstall onnxruntime|gpu\.txt/);
    expect(callsFor('gpu').filter((call) => !onCpu.includes(call))).toEqual([
      'uv pip uninstall onnxruntime',
      expect.stringMatching(/^uv pip install .*--requirement gpu\.txt$/),
    ]);
  });
});
