/**
 * Restarts the unit of the serving and waits until it is ready; called by start-serving.sh. Prints a {@link ServingReady} as
 * one line of JSON, or the error and the serving's last lines on stderr.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { assertGpuUse } from '../../../../serving-configs/runtimes/docker/gpu-use.ts';
import { containerFor } from '../../../../serving-configs/runtimes/docker/mounted-models.ts';
import { isServingName } from '../../../../serving-configs/index.ts';
import { CLASSIFIER, readModel } from '../../../../serving-configs/models/model.ts';
import { CONTAINER_NAME } from '../../../../serving-configs/runtimes/docker/docker-arguments.ts';
import {
  NODE_CONTAINER,
  readPreparedServings,
} from '../../../../serving-configs/runtimes/aws-node/prepared-servings.ts';
import { checkInstances } from '../../../../serving-configs/runtimes/batch-counts.ts';
import { countsFolderIn } from '../../../../serving-configs/runtimes/docker/counts-folder.ts';
import { askedInstances, settingsOfId, SINGLE } from '../../../../serving-configs/settings.ts';
import { askReady, type ModelProbe } from '../../../../serving-configs/runtimes/ready.ts';
import { withTimeLimit } from '../../../../serving-configs/time-limit.ts';
import { startServingExitCodes, type ServingReady } from '../../contract/serving-state.ts';
import { run } from '../system/run.ts';
import { readLastLines, readUnit, SERVING_UNIT } from '../system/unit.ts';

const LAST_LINES = 30;
/** The resolution of the start-up time, the same as for a serving on the runner's own machine. */
const POLL_MS = 20;
/** Long enough for a first prediction, with which some servings are probed. */
const ANSWER_TIMEOUT_MS = 10_000;

const fail = (exitCode: number, message: string, output = ''): never => {
  process.stderr.write(`error: ${message}\n${output === '' ? '' : `Its last lines:\n${output}\n`}`);
  process.exit(exitCode);
};

const failDead = async (title: string): Promise<never> => {
  const unit = await readUnit(SERVING_UNIT);
  return fail(
    startServingExitCodes.died,
    `${title} ended before it was ready (${unit.result}, exit status ${unit.exitStatus})`,
    await readLastLines(unit, LAST_LINES),
  );
};

const stopServing = (): Promise<string> => run('systemctl', ['stop', SERVING_UNIT], 60_000);

const isAlive = (pid: number): boolean => {
  try {
    // Signal 0 only tests whether the process exists.
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** When a serving is ready. */
interface Readiness {
  readonly probe: ModelProbe;
  readonly limitSeconds: number;
  readonly instances: number;
  /** The folder in which its instances tell that they have loaded the model; undefined if the probe knows. */
  readonly countsFolder: string | undefined;
}

/**
 * Waits for the first healthy answer of all instances, and returns the milliseconds since the start of the unit. Ends this program if the unit
 * dies or takes too long.
 */
const waitUntilReady = async (
  title: string,
  address: string,
  { probe, limitSeconds, instances, countsFolder }: Readiness,
): Promise<number> => {
  const unit = await readUnit(SERVING_UNIT);
  for (;;) {
    const { ready, answer } = await withTimeLimit(ANSWER_TIMEOUT_MS, undefined, (limited) =>
      askReady(`http://${address}:${probe.port}`, probe, limited),
    );
    const loaded =
      !ready || countsFolder === undefined || (await checkInstances(countsFolder, instances));
    const elapsedMs = (Number(process.hrtime.bigint() / 1000n) - unit.startedAtUs) / 1000;
    // Another process might answer on the same port.
    if (unit.mainPid === 0 || !isAlive(unit.mainPid)) return failDead(title);
    if (ready && loaded === true) return elapsedMs;
    if (elapsedMs > limitSeconds * 1000) {
      const output = await readLastLines(unit, LAST_LINES);
      await stopServing();
      return fail(
        startServingExitCodes.notReady,
        `${title} was not ready after ${limitSeconds} s; ${probe.path} answered: ${answer}${loaded === true ? '' : `, but ${loaded}`}`,
        output,
      );
    }
    await sleep(POLL_MS);
  }
};

const start = async (): Promise<void> => {
  const { SERVING = '', ENGINE, MODEL, SETTINGS = '', SC_ADDRESS = '', SC_RUNTIME } = process.env;
  if (!isServingName(SERVING)) {
    return fail(startServingExitCodes.cannotRun, `there is no serving "${SERVING}" in this bundle`);
  }
  const engine = ENGINE === 'noop' || ENGINE === 'delay' ? ENGINE : 'onnx';
  const runtime = SC_RUNTIME === 'container' && engine === 'onnx' ? 'container' : 'simulated';
  const model = readModel(MODEL || CLASSIFIER.file);
  const settings = settingsOfId(SETTINGS) ?? SINGLE;
  const { manifest, probe } = await containerFor(SERVING, model, settings);
  const { title, health, startTimeoutSeconds } = manifest;
  const isContainer = runtime === 'container';
  await run('systemctl', ['restart', SERVING_UNIT], 120_000).catch(() => failDead(title));
  const timeToReadyMs = await waitUntilReady(title, SC_ADDRESS, {
    probe: isContainer ? probe : health,
    limitSeconds: startTimeoutSeconds,
    instances: askedInstances(settings),
    countsFolder: isContainer ? countsFolderIn(NODE_CONTAINER, manifest, settings) : undefined,
  });
  if (isContainer && readPreparedServings().accelerator === 'gpu') {
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
  fail(startServingExitCodes.cannotRun, error instanceof Error ? error.message : String(error)),
);
