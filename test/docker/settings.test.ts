import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';
import { ownManifestOf, type ServingName } from '../../serving-configs/index.ts';
import { CLASSIFIER, manifestModelOf, withFiles } from '../../serving-configs/models/model.ts';
import { startContainer } from '../../serving-configs/runtimes/docker/start-container.ts';
import { writeContainer } from '../../serving-configs/runtimes/docker/write-container.ts';
import { awaitReady } from '../../serving-configs/runtimes/ready.ts';
import { SINGLE, type Settings } from '../../serving-configs/settings.ts';
import { waysOf } from '../conformance/probes.ts';
import { ask, middlewareOf } from '../conformance/session.ts';
import type { Scored } from '../conformance/target.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { ESPRESSO, listContainers } from './container-target.ts';
import { leftBehind } from './support/containers.ts';

const run = promisify(execFile);

/** What to start a serving with, and its manifest. */
const containerWith = async (serving: ServingName, settings: Settings) => {
  const { models, entries } = await listContainers();
  const { image, accelerator } = entries.find((entry) => entry.serving === serving) ?? {};
  if (image === undefined || accelerator === undefined) throw new Error(`no image of ${serving}`);
  const model = withFiles(CLASSIFIER, { folder: models.folder });
  return {
    options: { serving, image, accelerator, settings, model },
    manifest: ownManifestOf(serving, manifestModelOf(model)),
  };
};

const urlOf = (port: number): string => `http://127.0.0.1:${port}`;

describe('a container with two instances', () => {
  const settings = { ...SINGLE, instances: 2 };

  /** Starts it, looks at it as soon as it is ready, and stops it. */
  const atStart = async <Seen>(
    serving: ServingName,
    look: (container: string, model: string) => Promise<Seen>,
  ): Promise<Seen> => {
    const { options, manifest } = await containerWith(serving, settings);
    const { signal } = new AbortController();
    const started = await startContainer({ ...options, ports: { rest: 0, grpc: 0 } }, signal);
    try {
      return await look(started.container, manifest.model.name);
    } finally {
      await started.stop();
    }
  };

  it('is ready only when its server says that both are, if it tells the state of each', async () => {
    const states = await atStart('torchserve', async (container, model) => {
      const { stdout } = await run('docker', ['port', container, '8081/tcp']);
      const response = await fetch(`http://${stdout.trim()}/models/${model}`);
      const [version] = (await response.json()) as readonly {
        readonly workers: readonly { readonly status: string }[];
      }[];
      return version?.workers.map(({ status }) => status);
    });

    expect(states).toEqual(['READY', 'READY']);
  });

  it('is ready only when both have loaded the model, if our application runs in it', async () => {
    const { stdout } = await atStart('flask', (container) =>
      run('docker', ['exec', container, 'ls', '/batch-counts']),
    );

    expect(stdout.trim().split('\n')).toHaveLength(2);
  });
});

describe('the files of the best settings of a container', () => {
  it('start it unchanged with these settings, and it answers correctly', async () => {
    const serving = 'triton_onnx';
    const { options, manifest } = await containerWith(serving, {
      instances: 2,
      threads: 1,
      maxBatch: 4,
      batchDelayMs: 5,
    });
    const folder = path.join(newFolder(), 'tuned');
    await writeContainer(options, folder, ['What it is.']);
    const { rest, grpc, health, model } = manifest;
    const url = urlOf(rest.port);
    const app = await middlewareOf(serving, { rest: url, grpc: urlOf(grpc?.port ?? 0) });
    const server = spawn(path.join(folder, 'start.sh'), { stdio: 'ignore' });
    const ended = once(server, 'close');
    try {
      const answered = await awaitReady(url, health, AbortSignal.timeout(60_000));
      expect(answered).toMatchObject({ ready: true });
      const config: unknown = await (await fetch(`${url}/v2/models/${model.name}/config`)).json();
      const [way] = waysOf(serving);
      if (way === undefined) throw new Error(`${serving} takes nothing`);
      const answer = await ask(app, serving, way, 'coffee.jpg');

      expect(config).toMatchObject({
        max_batch_size: 4,
        instance_group: [{ count: 2 }],
        dynamic_batching: { max_queue_delay_microseconds: 5000 },
      });
      expect(answer.json<{ readonly top: readonly Scored[] }>().top[0]?.class).toBe(ESPRESSO);
    } finally {
      await app.close();
      server.kill();
      await ended;
    }
    expect((await leftBehind()).containers).not.toContain('tuned-');
  });
});
