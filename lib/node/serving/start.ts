/**
 * Starts the unit of the serving again and waits until it can answer; called by start-serving.sh. Prints a
 * {@link ServingReady} as one line of JSON, or the reason and the serving's last words on stderr.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadyProbe } from '../../../serving-configs/manifest.ts';
import { assertGpuUse } from '../../../serving-configs/runtimes/docker/gpu-use.ts';
import { usersModelIn } from '../../../serving-configs/runtimes/docker/mounted-models.ts';
import { isServingName, ownManifestOf } from '../../../serving-configs/index.ts';
import { CONTAINER_NAME } from '../../../serving-configs/runtimes/docker/docker-arguments.ts';
import { readPreparedServings } from '../../../serving-configs/runtimes/node/prepared-servings.ts';
import { askReady, containerProbe } from '../../../serving-configs/runtimes/ready.ts';
import { startServingExitCodes, type ServingReady } from '../../deployment/serving-state.ts';
import { run } from '../system/run.ts';
import { lastWords, readUnit, SERVING_UNIT } from '../system/unit.ts';

const LAST_LINES = 30;
/** As often as the runner asks a serving on its own machine: the resolution of the start-up time. */
const POLL_MS = 20;
/** An answer that takes longer is none. A first prediction takes longer than a health. */
const ANSWER_TIMEOUT_MS = 10_000;

const end = (code: number, message: string, words = ''): never => {
  process.stderr.write(`error: ${message}\n${words === '' ? '' : `Its last lines:\n${words}\n`}`);
  process.exit(code);
};

const endDead = async (title: string): Promise<never> => {
  const unit = await readUnit(SERVING_UNIT);
  return end(
    startServingExitCodes.died,
    `${title} ended before it was ready (${unit.result}, exit status ${unit.exitStatus})`,
    await lastWords(unit, LAST_LINES),
  );
};

const stopServing = (): Promise<string> => run('systemctl', ['stop', SERVING_UNIT], 60_000);

/** Signal 0 only asks. */
const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Milliseconds from the start of the unit to its first healthy answer. Ends this program where that does not come. */
const waitUntilReady = async (
  title: string,
  address: string,
  probe: ReadyProbe,
  limitSeconds: number,
): Promise<number> => {
  const unit = await readUnit(SERVING_UNIT);
  for (;;) {
    const limit = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const { ready, says } = await askReady(`http://${address}:${probe.port}`, probe, limit);
    const passedMs = (Number(process.hrtime.bigint() / 1000n) - unit.startedAtUs) / 1000;
    // Whoever answers, it must be this unit's process that lives.
    if (unit.mainPid === 0 || !lives(unit.mainPid)) return endDead(title);
    if (ready) return passedMs;
    if (passedMs > limitSeconds * 1000) {
      const words = await lastWords(unit, LAST_LINES);
      await stopServing();
      return end(
        startServingExitCodes.notReady,
        `${title} was not ready after ${limitSeconds} s; ${probe.path} answered: ${says}`,
        words,
      );
    }
    await sleep(POLL_MS);
  }
};

const start = async (): Promise<void> => {
  const { SERVING = '', ENGINE, TENSOR_MODEL = '', SC_ADDRESS = '', SC_RUNTIME } = process.env;
  if (!isServingName(SERVING)) {
    return end(startServingExitCodes.cannotRun, `no serving "${SERVING}" in this bundle`);
  }
  const engine = ENGINE === 'noop' || ENGINE === 'delay' ? ENGINE : 'onnx';
  const runtime = SC_RUNTIME === 'container' && engine === 'onnx' ? 'container' : 'simulated';
  const ours = ownManifestOf(SERVING);
  const { manifest, probe: inContainer } =
    TENSOR_MODEL === ''
      ? { manifest: ours, probe: containerProbe(ours) }
      : await usersModelIn(SERVING, TENSOR_MODEL);
  const { title, health, startTimeoutSeconds } = manifest;
  const probe = runtime === 'container' ? inContainer : health;
  await run('systemctl', ['restart', SERVING_UNIT], 120_000).catch(() => endDead(title));
  const timeToReadyMs = await waitUntilReady(title, SC_ADDRESS, probe, startTimeoutSeconds);
  if (runtime === 'container' && readPreparedServings().accelerator === 'gpu') {
    await assertGpuUse(CONTAINER_NAME).catch(async (error: unknown) => {
      await stopServing();
      throw error;
    });
  }
  const ready: ServingReady = {
    serving: SERVING,
    engine,
    runtime,
    timeToReadyMs: Math.round(timeToReadyMs),
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
};

start().catch((error: unknown) =>
  end(startServingExitCodes.cannotRun, error instanceof Error ? error.message : String(error)),
);
