import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { TYPESCRIPT_LOADER } from '../../../../lib/bench/run/child.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';
import { writeProgram } from '../../../support/write-program.ts';

const newFolder = useTemporaryFolders();
const ROOT = path.resolve(import.meta.dirname, '../../../..');

/** A Docker without images, whose first build never ends; it leaves what it did as files beside it. */
const HANGING_DOCKER = `
const fs = require('node:fs');
const file = (name) => require('node:path').join(__dirname, name);
const built = fs.existsSync(file('second-build'));
if (process.argv[2] === 'build' && !fs.existsSync(file('first-build'))) {
  fs.writeFileSync(file('first-build'), '');
  setInterval(() => {}, 1000);
} else if (process.argv[2] === 'build') fs.writeFileSync(file('second-build'), '');
else if (built) {
  console.log(JSON.stringify([{ Id: 'sha256:1', RepoDigests: [], Size: 1, Config: { Labels: {} } }]));
} else {
  console.error('Error: No such image');
  process.exit(1);
}`;

const PREPARE = `
import { createPrepareImage } from './serving-configs/runtimes/docker/prepare-image.ts';
const limits = { timeoutMs: 1000, tries: 2 };
const prepare = createPrepareImage(console.error, new AbortController().signal, limits);
const source = { kind: 'build', name: 'ours:1', dockerfile: 'Dockerfile', arguments: {}, bases: {} };
console.log((await prepare(source)).reference);`;

describe('an image that is built', () => {
  it('is tried again where the build takes longer than its limit', () => {
    const folder = newFolder();
    writeProgram(path.join(folder, 'docker'), HANGING_DOCKER);
    const PATH = [folder, process.env.PATH].join(path.delimiter);
    const { stdout, stderr } = spawnSync(
      'node',
      [...TYPESCRIPT_LOADER, '--input-type=module', '--eval', PREPARE],
      {
        cwd: ROOT,
        encoding: 'utf8',
        env: { ...process.env, PATH },
        timeout: 20_000,
      },
    );

    expect(stderr).toContain('did not end within 1 s');
    expect(existsSync(path.join(folder, 'second-build'))).toBe(true);
    expect(stdout).toBe('sha256:1\n');
  });
});
