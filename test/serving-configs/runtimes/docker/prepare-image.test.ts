import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { TYPESCRIPT_LOADER } from '../../../../lib/bench/run/child-process.ts';
import type { ImageSource } from '../../../../serving-configs/runtimes/docker/image-source.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { writeProgram } from '../../../support/write-program.ts';

const ROOT = path.resolve(import.meta.dirname, '../../../..');

/** A docker program without images, whose first pull or build never ends. It records its calls in files. */
const HANGING_DOCKER = `
const fs = require('node:fs');
const file = (name) => require('node:path').join(__dirname, name);
const isWork = ['pull', 'build'].includes(process.argv[2]);
if (process.argv[2] === 'build') console.log('Step 1/2 : RUN install');
if (isWork && !fs.existsSync(file('first'))) {
  fs.writeFileSync(file('first'), '');
  setInterval(() => {}, 1000);
} else if (isWork) fs.writeFileSync(file('second'), process.argv[2]);
else if (fs.existsSync(file('second'))) {
  console.log(JSON.stringify([{ Id: 'sha256:1', RepoDigests: [], Size: 1, Config: { Labels: {} } }]));
} else {
  console.error('Error: No such image');
  process.exit(1);
}`;

const SOURCES: Readonly<Record<'pull' | 'build', ImageSource>> = {
  pull: { kind: 'pull', name: 'example/one:1' },
  build: { kind: 'build', name: 'ours:1', dockerfile: 'Dockerfile', arguments: {}, bases: {} },
};

const codeFor = (source: ImageSource): string => `
import { createPrepareImage } from '${ROOT}/serving-configs/runtimes/docker/prepare-image.ts';
const limits = { timeoutMs: 6000, tries: 2, stepLogMs: 500 };
const prepare = createPrepareImage(console.error, new AbortController().signal, limits);
console.log((await prepare(${JSON.stringify(source)})).reference);`;

const prepare = (source: ImageSource) => {
  const folder = newFolder();
  writeProgram(path.join(folder, 'docker'), HANGING_DOCKER);
  const PATH = [folder, process.env.PATH].join(path.delimiter);
  const program = path.join(folder, 'program.mts');
  writeFileSync(program, codeFor(source));
  const { stdout, stderr } = spawnSync('node', [...TYPESCRIPT_LOADER, program], {
    encoding: 'utf8',
    env: { ...process.env, PATH },
    timeout: 240_000,
  });
  return { folder, stdout, stderr };
};

describe('an image on a node that sets itself up', () => {
  it.each(['pull', 'build'] as const)(
    'is prepared by another %s if the first exceeds its time limit',
    (kind) => {
      const { folder, stdout } = prepare(SOURCES[kind]);

      expect(readFileSync(path.join(folder, 'second'), 'utf8')).toBe(kind);
      expect(stdout).toBe('sha256:1\n');
    },
  );
});

it('reports how long a build has been at a step that prints nothing', () => {
  expect(prepare(SOURCES.build).stderr).toMatch(
    /^ {2}ours:1: .*\b\d+ s .*Step 1\/2 : RUN install$/m,
  );
});
