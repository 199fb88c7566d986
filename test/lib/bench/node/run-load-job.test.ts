import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { LoadNodeJob, LoadNodeResult } from '../../../../lib/bench/node/load-node-job.ts';
import { defaultImagesDir } from '../../../../lib/bench/run/project-files.ts';
import { runBench } from '../../../support/bench-cli.ts';

let server: Server;
let folder: string;

beforeEach(async () => {
  server = createServer((request, response) => {
    request.resume().on('end', () => response.end('{"top":[{"class":1}]}'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  folder = await mkdtemp(join(tmpdir(), 'load-job-'));
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a job as `run-load.sh` does. */
const runJob = async (more: Partial<LoadNodeJob['load']>, sha256?: string) => {
  const body = await readFile(join(defaultImagesDir, 'cat.jpg'));
  const job: LoadNodeJob = {
    schema: 1,
    engine: 'embedded',
    images: [
      { file: 'cat.jpg', sha256: sha256 ?? createHash('sha256').update(body).digest('hex') },
    ],
    load: {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/infer`,
      seed: 1,
      level: { loop: 'closed', virtualUsers: 2 },
      warmupSeconds: 0.2,
      durationSeconds: 0.5,
      timeoutMs: 10_000,
      expect: { pointer: '/top/0/class', values: [1] },
      startAtMs: Date.now() + 5000,
      ...more,
    },
  };
  await writeFile(join(folder, 'job.json'), JSON.stringify(job));
  return runBench(['node-load', '--folder', folder]);
};

const TOO_LATE = 3;

/** A start that this machine reaches, however long it takes to begin a process: later where it did not. */
const runJobInTime = async () => {
  for (let aheadMs = 5000; ; aheadMs *= 2) {
    const ended = await runJob({ startAtMs: Date.now() + aheadMs });
    if (ended.exitCode !== TOO_LATE || aheadMs > 30_000) return ended;
  }
};

describe('a job on a load node', () => {
  it('leaves its result and its raw samples in the folder', async () => {
    const { exitCode, stderr } = await runJobInTime();
    const { schema, result } = JSON.parse(
      await readFile(join(folder, 'result.json'), 'utf8'),
    ) as LoadNodeResult;
    const samples = gunzipSync(await readFile(join(folder, 'samples.csv.gz'))).toString();

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(schema).toBe(1);
    expect(result).toMatchObject({ generator: 'embedded', failed: 0, mergeable: { phases: {} } });
    expect(result.succeeded).toBeGreaterThan(0);
    expect(samples.split('\n').length).toBeGreaterThan(result.succeeded);
  }, 180_000);

  it('that came too late is told by an exit code of its own', async () => {
    const { exitCode, stderr } = await runJob({ startAtMs: Date.now() - 10_000 });

    expect(exitCode).toBe(TOO_LATE);
    expect(stderr).toMatch(/^The load was to begin \d+ ms before it could/);
  });

  it('is refused where the images of the node are not those of the runner', async () => {
    const { exitCode, stderr } = await runJob({}, 'a'.repeat(64));

    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/the image cat\.jpg on this node has the SHA-256 [0-9a-f]{64}/);
  });
});
