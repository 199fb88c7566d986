import { rmSync } from 'node:fs';
import path from 'node:path';
import { readRunFolder } from '../../lib/bench/results/run-folder.ts';
import { measuredInStudy } from '../../serving-configs/index.ts';
import { runBench, startBench, untilAlone } from '../support/bench-cli.ts';
import { exitCodeByChecks } from '../support/exit-code.ts';
import { measurementsIn } from '../support/measurements-in.ts';
import { pastedCommands } from '../support/pasted-commands.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { leftBehind, NOTHING_LEFT } from './support/containers.ts';
import { daemonOf } from './support/docker-daemon.ts';
import { dockerEnvironment } from './support/docker-environment.ts';

jest.setTimeout(900_000);

const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** Empty before these tests, so everything in it later was pulled or built by the commands. */
const daemon = daemonOf(dockerEnvironment().folder);

describe('the servings of the study, on a machine with an empty Docker and no configuration', () => {
  it('are set up with their models by one command, which reports the sizes of images', async () => {
    const { exitCode, stdout, stderr } = await runBench('setup --runtime docker --weights lite0');

    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stderr).toMatch(/NVIDIA.*: .*\bCPU\b/);
    expect(stderr).toMatch(/^\S+ ?: .*\b\d+ s, \d+(\.\d)? [MG]B$/m);
    expect(stderr).toMatch(/\bsavedmodel\.py .*serving-compare\/models:cpu-/m);
    for (const serving of measuredInStudy) {
      // A server that is not the real one either is marked.
      const servingLine = stdout
        .split('\n')
        .find((line) => line.replace(/^! /, '').startsWith(`${serving}: `));
      expect(servingLine).toMatch(
        / in 127\.0\.0\.1:\d+\/standin\/\S+; \S+@sha256:\S+; in a stand-in for its image: /,
      );
    }
    expect(stdout).toContain('\n  npx serving-compare run --runtime docker');
  });

  it('have nothing left to do the second time', async () => {
    const { exitCode, stderr } = await runBench('setup --runtime docker');

    expect(exitCode).toBe(0);
    expect(stderr).not.toMatch(/pull|build|^made/m);
  });

  it('are measured by one command beside each other, whose results name the images by digest', async () => {
    const output = path.join(newFolder(), 'run');
    const { exitCode, stdout, stderr } = await runBench(
      `run --runtime docker --levels 1 --repeats 1 --duration 2s --noop-limits none --output ${output}`,
    );
    const { plan, records } = await readRunFolder(output);

    // 1 if the noise of this machine makes the run invalid.
    if (exitCode !== 0 && exitCode !== 1) throw new Error(stderr);
    expect(stdout.replaceAll('\n', ' ')).toMatch(
      /^Compared: 4 servings .* CPU; .*\. Model: EfficientNet-Lite0, .*; trained\. RESULT/,
    );
    expect(Object.keys(plan.served ?? {})).toEqual(measuredInStudy);
    for (const { serving } of plan.targets) {
      expect(plan.served?.[serving]).toMatchObject({
        image: expect.stringMatching(DIGEST) as string,
        imageMiB: expect.any(Number) as number,
        accelerator: 'cpu',
        real: serving === 'torchserve',
        standIn: 'image',
      });
    }
    const states = records.flatMap((record) =>
      record.kind === 'measurement' ? [record.state] : [],
    );
    expect(new Set(states)).toEqual(new Set(['completed']));
    const starts = records.flatMap((record) =>
      record.kind === 'measurement' && record.state === 'completed' && record.start !== undefined
        ? [record.start]
        : [],
    );
    expect(starts.length).toBeGreaterThanOrEqual(plan.targets.length);
    for (const { timeToReadyMs, firstRequestMs, idleMemoryMiB } of starts) {
      expect(timeToReadyMs).toBeGreaterThan(0);
      expect(firstRequestMs).toBeGreaterThan(0);
      expect(idleMemoryMiB).toBeGreaterThan(20);
    }
    expect(await leftBehind(process.env)).toEqual(NOTHING_LEFT);
  });

  it('continue a run when the daemon is back after a crash', async () => {
    const output = path.join(newFolder(), 'run');
    const bench = startBench(
      `run --runtime docker --servings triton_pytorch --scenarios warm --levels 1,2
      --repeats 1 --duration 3s --warmup 0 --noop-limits none --output ${output}`,
    );
    await bench.until(({ stderr }) => /^\[1\/4\]/m.test(stderr), 180_000);
    await daemon.kill();
    const exitCode = await bench.ended;

    expect({ exitCode, stderr: bench.stderr() }).toMatchObject({ exitCode: 2 });
    expect(bench.stderr()).toMatch(/^error: .*\bDocker\b/m);
    expect(await pastedCommands(bench.stderr())).toEqual([
      `npx serving-compare run --resume ${output}`,
    ]);
    await untilAlone(bench);

    await daemon.restart();
    const again = await runBench(`run --resume ${output}`);
    const measurements = await measurementsIn(output);
    expect(again.exitCode).toBe(await exitCodeByChecks(output));
    expect(measurements.map(({ state }) => state)).toEqual(
      // Two levels in two blocks.
      Array(4).fill('completed'),
    );
    expect(await leftBehind(process.env)).toEqual(NOTHING_LEFT);
    rmSync(output, { recursive: true });
  });
});
