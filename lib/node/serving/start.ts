/**
 * Starts the unit of the serving again and waits until it can answer; called by start-serving.sh. Prints a
 * {@link ServingReady} as one line of JSON, or the reason and the serving's last words on stderr.
 */
import { demandGpuUse } from '../../../serving-configs/runtimes/docker/gpu-use.ts';
import { usersModelIn } from '../../../serving-configs/runtimes/docker/mounted-models.ts';
import { isServingName, manifestOf } from '../../../serving-configs/index.ts';
import { CONTAINER_NAME } from '../../../serving-configs/runtimes/node/docker-arguments.ts';
import { readPreparedServings } from '../../../serving-configs/runtimes/node/prepared-servings.ts';
import { containerProbe } from '../../../serving-configs/runtimes/ready.ts';
import { startServingExitCodes, type ServingReady } from '../../deployment/serving-state.ts';
import { run } from '../system/run.ts';
import { lastWords, readUnit, type Unit } from '../system/unit.ts';
import { waitUntilReady } from './wait-until-ready.ts';

const UNIT = 'serving-compare-serving.service';
const LAST_LINES = 30;

const end = (code: number, message: string, words = ''): never => {
  process.stderr.write(`error: ${message}\n${words === '' ? '' : `Its last words:\n${words}\n`}`);
  process.exit(code);
};

const endDead = async (title: string, unit: Unit): Promise<never> =>
  end(
    startServingExitCodes.died,
    `${title} ended before it was ready (${unit.result}, exit status ${unit.exitStatus})`,
    await lastWords(unit, LAST_LINES),
  );

const start = async (): Promise<void> => {
  const { SERVING = '', ENGINE, TENSOR_MODEL = '', SC_ADDRESS = '', SC_RUNTIME } = process.env;
  if (!isServingName(SERVING)) {
    end(startServingExitCodes.cannotRun, `no serving "${SERVING}" in this bundle`);
    return;
  }
  if (SC_ADDRESS === '') {
    end(startServingExitCodes.cannotRun, 'SC_ADDRESS is not set: run the bootstrap again');
  }
  const manifest = manifestOf(SERVING);
  const { title, health, startTimeoutSeconds } = manifest;
  const engine = ENGINE === 'noop' || ENGINE === 'delay' ? ENGINE : 'onnx';
  const runtime = SC_RUNTIME === 'container' && engine === 'onnx' ? 'container' : 'simulated';
  const inContainer =
    TENSOR_MODEL === ''
      ? containerProbe(manifest)
      : (await usersModelIn(SERVING, TENSOR_MODEL)).probe;
  const probe = runtime === 'container' ? inContainer : health;
  try {
    await run('systemctl', ['restart', UNIT], 120_000);
  } catch {
    await endDead(title, await readUnit(UNIT));
  }
  const started = await waitUntilReady(UNIT, SC_ADDRESS, probe, startTimeoutSeconds * 1000);
  if (started.kind === 'died') return endDead(title, started.unit);
  if (started.kind === 'not-ready') {
    const words = await lastWords(started.unit, LAST_LINES);
    await run('systemctl', ['stop', UNIT], 60_000);
    end(
      startServingExitCodes.notReady,
      `${title} was not ready after ${startTimeoutSeconds} s; ${probe.path} answered: ${started.lastAnswer}`,
      words,
    );
    return;
  }
  const prepared = runtime === 'container' ? readPreparedServings() : undefined;
  if (prepared?.accelerator === 'gpu') {
    await demandGpuUse(CONTAINER_NAME).catch(async (error: unknown) => {
      await run('systemctl', ['stop', UNIT], 60_000);
      throw error;
    });
  }
  const image = prepared?.servings[SERVING]?.image;
  const ready: ServingReady = {
    serving: SERVING,
    engine,
    runtime,
    timeToReadyMs: Math.round(started.timeToReadyMs),
    ...(image === undefined ? {} : { image }),
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
};

start().catch((error: unknown) =>
  end(startServingExitCodes.cannotRun, error instanceof Error ? error.message : String(error)),
);
