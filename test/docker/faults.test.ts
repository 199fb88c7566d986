import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import path, { join } from 'node:path';
import { once } from 'node:events';
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { runBench, startBench, untilAlone } from '../support/bench-cli.ts';
import { measurementsIn } from '../support/measurements-in.ts';
import { pastedCommands } from '../support/pasted-commands.ts';
import { readUntil } from '../support/read-until.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { assertGpuUse } from '../../serving-configs/runtimes/docker/gpu-use.ts';
import { workerOf } from '../real/support/worker.ts';
import { writeProgram } from '../support/write-program.ts';
import { listContainers, startContainer } from './container-target.ts';
import { containersOfRuns, leftBehind, NOTHING_LEFT } from './support/containers.ts';
import { startDockerDaemon } from './support/docker-daemon.ts';

/** A folder on a small disk. */
interface SmallDisk {
  readonly folder: string;
  /** Fills the disk, until `giveBack` is called. */
  readonly fill: () => void;
  readonly giveBack: () => void;
  readonly remove: () => Promise<void>;
}

/** Mounts a disk in memory. */
const mountSmallDisk = async (megabytes: number): Promise<SmallDisk> => {
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  const filler = join(folder, 'filler');
  return {
    folder,
    fill: () => {
      const block = Buffer.alloc(4096);
      try {
        for (;;) appendFileSync(filler, block);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    },
    giveBack: () => rmSync(filler),
    remove: async () => {
      await promisify(execFile)('umount', ['--lazy', folder]);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

const run = promisify(execFile);

/** A serving that starts quickly and whose image is built. */
const SERVING = 'flask';
const OTHER_SERVING = 'litserve';
/** Arguments for a run of servings in containers, with further options for levels and durations. */
const runOf = (serving: string, options: string, output: string): string =>
  `run --runtime docker --servings ${serving} --scenarios warm --repeats 1
  --noop-limits none ${options} --output ${output}`;

afterEach(async () => {
  expect(await leftBehind()).toEqual(NOTHING_LEFT);
});

describe('a container that is killed while it is measured', () => {
  it('fails only that measurement, with the reason', async () => {
    const output = path.join(newFolder(), 'run');
    const bench = startBench(runOf(SERVING, '--levels 1,2 --duration 3s --warmup 2s', output));
    const results = path.join(output, 'results.jsonl');
    const isChecked = (): boolean => {
      try {
        return readFileSync(results, 'utf8').includes('"kind":"answer-check"');
      } catch {
        return false;
      }
    };
    await bench.until(isChecked, 180_000);
    const [name = ''] = await containersOfRuns();
    await run('docker', ['kill', name]);
    const exitCode = await bench.ended;
    const measurements = await measurementsIn(output);

    // Two levels in two blocks.
    expect(measurements.map(({ state }) => state)).toEqual([
      'failed',
      'completed',
      'completed',
      'completed',
    ]);
    expect(measurements[0]).toMatchObject({
      code: 'BENCH_SERVING_DIED',
      message: expect.stringMatching(/Flask .*\b137\b/s) as string,
    });
    expect(bench.stderr()).toMatch(/\b137\b/);
    expect(exitCode).toBe(1);
    await untilAlone(bench);
  });
});

/** The processes of a container, by their ids on this machine. */
const processesIn = async (name: string): Promise<readonly number[]> =>
  (await run('docker', ['top', name, '-eo', 'pid'])).stdout.split('\n').slice(1, -1).map(Number);

describe('a run that is interrupted a second time', () => {
  it('ends at once and leaves no container, even if the container does not stop', async () => {
    const output = path.join(newFolder(), 'run');
    const bench = startBench(runOf(SERVING, '--levels 1,2 --duration 4s --warmup 0', output));
    // The first measurement has ended.
    await bench.until(({ stderr }) => /^\[1\/4\]/m.test(stderr), 180_000);
    const [name = ''] = await containersOfRuns();
    for (const pid of await processesIn(name)) process.kill(pid, 'SIGSTOP');
    const startedAt = performance.now();
    bench.child.kill('SIGINT');
    await sleep(500);
    bench.child.kill('SIGINT');

    expect(await bench.ended).toBe(130);
    // Docker kills a container that does not stop only after these eight seconds.
    expect(performance.now() - startedAt).toBeLessThan(8000);
    expect(await containersOfRuns()).toEqual([]);
    await untilAlone(bench);
  });
});

describe('a container whose runner is killed', () => {
  it('is removed by its guard', async () => {
    const started = await startContainer(SERVING);
    await started.stop('SIGKILL');

    const left = await readUntil(containersOfRuns, ({ length }) => length === 0, 60_000);
    expect(left).toEqual([]);
  });

  it('is removed by the next start if its guard was killed too', async () => {
    const first = await startContainer(SERVING);
    const [guard = 0] = [...(await first.processes())].flatMap(([pid, command]) =>
      command.includes('guard.sh') ? [pid] : [],
    );
    process.kill(-guard, 'SIGKILL');
    await first.stop('SIGKILL');
    expect(await containersOfRuns()).toHaveLength(1);

    const second = await startContainer(SERVING);
    expect(await containersOfRuns()).toEqual([second.line['container']]);
    expect(await second.stop()).toBe(0);
  });
});

/** Runs `work` with an nvidia-smi that lists these processes. */
const withDriver = async (pids: readonly number[], work: () => Promise<void>): Promise<void> => {
  const folder = newFolder();
  writeProgram(path.join(folder, 'nvidia-smi'), `console.log(${JSON.stringify(pids.join('\n'))})`);
  const before = process.env.PATH;
  process.env.PATH = `${folder}:${before}`;
  try {
    await work();
  } finally {
    process.env.PATH = before;
  }
};

describe('a container that should compute on a GPU', () => {
  it('does not start if Docker has no GPU for it', async () => {
    await expect(startContainer(SERVING, '--accelerator', 'gpu')).rejects.toThrow(
      /\bGPU\b.*\nhint: .*NVIDIA Container Toolkit/s,
    );
  });

  it('is refused if it answers without a process on the GPU, and accepted with one', async () => {
    const started = await startContainer(SERVING);
    const name = String(started.line['container']);
    const worker = await workerOf(started, /gunicorn/);
    try {
      await withDriver([1], () => expect(assertGpuUse(name)).rejects.toThrow(/\bGPU\b/));
      await withDriver([1, worker], () => expect(assertGpuUse(name)).resolves.toBeUndefined());
    } finally {
      await started.stop();
    }
  });
});

describe('a container that cannot start', () => {
  it('says that its port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    try {
      await expect(startContainer(SERVING, '--port', String(port))).rejects.toThrow(
        new RegExp(`ended with 2 .*error: .*${port}.*\\nhint: `, 's'),
      );
    } finally {
      server.close();
    }
  });

  it.each([
    ['is not a model', 0o644, /INVALID_PROTOBUF|InvalidProtobuf|Protobuf parsing failed/],
    [
      'cannot be read by its user',
      0o600,
      /runs as another user in its container and cannot read its model: .*\nhint: +chmod -R a\+rX/,
    ],
  ])('says that its model %s', async (_, mode, message) => {
    const models = newFolder();
    mkdirSync(path.join(models, SERVING));
    writeFileSync(path.join(models, SERVING, 'model.onnx'), 'no model', { mode });

    await expect(startContainer(SERVING, '--models', models)).rejects.toThrow(message);
  });

  it('fails only its own measurements if its model cannot be read', async () => {
    const { models } = await listContainers();
    const folder = newFolder();
    for (const name of [SERVING, OTHER_SERVING]) {
      cpSync(path.join(models.folder, name), path.join(folder, name), { recursive: true });
    }
    writeFileSync(path.join(folder, SERVING, 'model.onnx'), 'no model');
    const config = path.join(newFolder(), 'config.json');
    writeFileSync(config, JSON.stringify({ models: folder }));
    const output = path.join(newFolder(), 'run');
    const options = `--levels 1 --duration 2s --warmup 0 --config ${config} --model ${models.onnx}`;
    const { exitCode } = await runBench(runOf(`${SERVING},${OTHER_SERVING}`, options, output));
    const states = (await measurementsIn(output)).map(({ measurement, state }) => [
      measurement.target.serving,
      state,
    ]);

    expect(Object.fromEntries(states)).toEqual({
      [SERVING]: 'failed',
      [OTHER_SERVING]: 'completed',
    });
    expect(exitCode).toBe(1);
  });

  it('says that the registry cannot be reached', async () => {
    const { exitCode, stdout } = await runBench(
      'setup --runtime docker --servings torchserve --weights lite0',
      { SERVING_COMPARE_REGISTRY: '127.0.0.1:9/none' },
    );

    expect(exitCode).toBe(2);
    expect(stdout).toMatch(
      /^not ready: torchserve: .*127\.0\.0\.1:9\/none\/\S+: .*\(.*\brefused\); /m,
    );
  });

  it('says that the disk of Docker is full', async () => {
    const disk = await mountSmallDisk(200);
    const daemon = await startDockerDaemon({ args: [`--data-root=${disk.folder}`] });
    try {
      const { exitCode, stdout } = await runBench(
        `setup --runtime docker --servings ${SERVING} --weights lite0`,
        { DOCKER_HOST: daemon.host },
      );

      expect(exitCode).toBe(2);
      expect(stdout).toMatch(/ \S+: .*\(.*\bno space\b.*\); .*docker system prune/);
    } finally {
      await daemon.stop();
      await disk.remove();
    }
  });

  it('says that the disk became full before a run, which continues when there is space', async () => {
    // The smallest image that is pulled.
    const serving = 'ovms';
    const disk = await mountSmallDisk(1000);
    const daemon = await startDockerDaemon({ args: [`--data-root=${disk.folder}`] });
    const env = { DOCKER_HOST: daemon.host };
    const output = path.join(newFolder(), 'run');
    try {
      await runBench(`setup --runtime docker --servings ${serving}`, env);
      disk.fill();
      const full = await runBench(
        runOf(serving, '--levels 1,2 --duration 2s --warmup 0', output),
        env,
      );
      disk.giveBack();
      const again = await runBench(`run --resume ${output}`, env);
      const measurements = await measurementsIn(output);

      expect({ exitCode: full.exitCode, stderr: full.stderr }).toMatchObject({ exitCode: 2 });
      expect(full.stderr).toMatch(/^error: .*\bspace\b/ms);
      expect(await pastedCommands(full.stderr)).toEqual([
        `npx serving-compare run --resume ${output}`,
      ]);
      // 1 if the noise of this machine makes the run invalid.
      expect([0, 1]).toContain(again.exitCode);
      expect(measurements.map(({ state }) => state)).toEqual(Array(4).fill('completed'));
      expect(await leftBehind({ ...process.env, ...env })).toEqual(NOTHING_LEFT);
    } finally {
      await daemon.stop();
      await disk.remove();
    }
  });

  it('says that there is no daemon', async () => {
    const { exitCode, stderr } = await runBench(`run --runtime docker --servings ${SERVING}`, {
      DOCKER_HOST: 'unix:///nowhere/docker.sock',
    });

    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: .*\bDocker\b/m);
    expect(stderr).toMatch(/^hint: .*`?docker version/m);
  });

  it('names the registry of images that were prepared with another one', async () => {
    const { exitCode, stderr } = await runBench(`run --runtime docker --servings ${SERVING}`, {
      SERVING_COMPARE_REGISTRY: '127.0.0.1:9/none',
    });

    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      `set SERVING_COMPARE_REGISTRY=${process.env['SERVING_COMPARE_REGISTRY']}`,
    );
  });
});
