import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CLASSIFIER } from '../../serving-configs/models/model.ts';
import { lockRunFolder, writerOf } from '../../lib/bench/results/run-lock.ts';
import { TYPESCRIPT_LOADER } from '../../lib/bench/run/child-process.ts';
import { startMiddleware } from '../../lib/bench/run/middleware-process.ts';
import { useFakeServing } from '../support/fake-serving.ts';
import { readUntil } from '../support/read-until.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { assertPrograms } from './assert-programs.ts';

const root = join(import.meta.dirname, '../..');
const started: ChildProcess[] = [];

beforeAll(() => assertPrograms('unshare'));

const endAll = async (): Promise<void> => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
};
afterEach(endAll);

/** Starts a script in a new PID namespace, as containers do, as its first process or after others. Needs root. */
const startInNamespace = (
  script: string,
  args: readonly string[],
  { env = process.env, after = 0 } = {},
) => {
  const command = [process.execPath, ...TYPESCRIPT_LOADER, join(root, script), ...args];
  const loop = 'n=$0; while [ $n -gt 0 ]; do (:); n=$((n - 1)); done; "$@"; exit $?';
  const child = spawn(
    'unshare',
    ['--pid', '--fork', '--kill-child', '--mount-proc'].concat(
      after === 0 ? command : ['sh', '-c', loop, String(after), ...command],
    ),
    { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  started.push(child);
  return child;
};

describe('processes in several PID namespaces that share a folder', () => {
  it('do not take the lock of a run from each other, even with equal PIDs', async () => {
    const file = join(newFolder(), 'lock');
    const first = startInNamespace('test/support/hold-lock.ts', [file]);
    await readUntil(() => existsSync(file), Boolean, 60_000);
    const content = await readFile(file, 'utf8');
    const second = startInNamespace('test/support/hold-lock.ts', [file]);
    const [stderr] = await Promise.all([text(second.stderr), once(second, 'exit')]);

    expect(JSON.parse(content)).toMatchObject({ pid: 1 });
    expect(second.exitCode).toBe(1);
    expect(stderr).toContain('process 1 on');
    await expect(lockRunFolder(file)).rejects.toMatchObject({ code: 'BENCH_LOCKED' });
    expect(await writerOf([file])).toBe('another-process');
    expect(await readFile(file, 'utf8')).toBe(content);
    expect(first.exitCode).toBeNull();
  });

  const serving = useFakeServing();

  it('do not delete the requests of each other', async () => {
    const images = join(root, 'k6/images');
    const middleware = await startMiddleware({
      servers: [],
      servingUrls: { triton_pytorch: { rest: serving.url } },
      imagesDir: images,
      model: CLASSIFIER,
      port: 0,
      processes: 1,
      upstreamTimeoutMs: 30_000,
      seed: 1,
    });
    const env = { ...process.env, TMPDIR: newFolder() };
    const store = async (after: number): Promise<string> => {
      const args = [middleware.url, join(images, 'cat.jpg')];
      const { stdout } = startInNamespace('test/tools/hold-requests.ts', args, { env, after });
      const [line] = (await once(stdout, 'data')) as [Buffer];
      return line.toString().trim();
    };
    try {
      // The PID of the first one does not exist where the second one runs.
      const files = [await store(100), await store(0)];

      expect(files.map((file) => existsSync(file))).toEqual([true, true]);
    } finally {
      await endAll();
      await middleware.stop();
    }
  });
});
