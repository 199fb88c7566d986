import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../serving-configs/installation.ts';

const run = promisify(execFile);
const folder = path.join(projectRoot, '.cache', 'node-18');
const node18 = path.join(folder, 'package', 'bin', 'node');

beforeAll(async () => {
  if (existsSync(node18)) return;
  mkdirSync(folder, { recursive: true });
  const name = `node-${process.platform}-${process.arch}@18`;
  const { stdout } = await run('npm', ['pack', '--silent', name], { cwd: folder });
  await run('tar', ['-xzf', stdout.trim()], { cwd: folder });
}, 300_000);

describe('Node 18', () => {
  it.each(['serving-compare.js', 'app.js', 'bundle.js'])(
    'is refused by bin/%s in a sentence, with what to install',
    async (program) => {
      await expect(run(node18, [path.join(projectRoot, 'bin', program)])).rejects.toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(
          /^error: Node 18\.\d+\.\d+ .*\nhint: .*Node 20\.19 .*\n$/,
        ) as string,
      });
    },
  );
});
