/**
 * Starts the unit of the serving anew and waits until it can answer; called by start-serving.sh. Prints a
 * {@link ServingReady} as one line of JSON, or the reason and the serving's last words on stderr.
 */
import { findImage } from '../../../serving-configs/docker/find-image.ts';
import { isServingName, manifestOf } from '../../../serving-configs/index.ts';
import { imageOf } from '../../../serving-configs/node/images.ts';
import { containerProbe } from '../../../serving-configs/ready.ts';
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

/** With its digest, whatever the configuration says. */
const imageThatRuns = async (serving: string, imagesJson: string): Promise<string> => {
  const name = imageOf(serving, imagesJson);
  return (await findImage({ name }))?.reference ?? name;
};

const start = async (): Promise<void> => {
  const { SERVING = '', ENGINE, SC_ADDRESS = '', SC_RUNTIME, SC_IMAGES = '' } = process.env;
  if (!isServingName(SERVING)) {
    end(startServingExitCodes.cannotRun, `no serving "${SERVING}" in this bundle`);
    return;
  }
  if (SC_ADDRESS === '') {
    end(startServingExitCodes.cannotRun, 'SC_ADDRESS is not set: run the bootstrap again');
  }
  const { title, health, startTimeoutSeconds } = manifestOf(SERVING);
  const engine = ENGINE === 'null' || ENGINE === 'delay' ? ENGINE : 'onnx';
  const runtime = SC_RUNTIME === 'container' && engine === 'onnx' ? 'container' : 'reference';
  const probe = runtime === 'container' ? containerProbe(SERVING) : health;
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
  const ready: ServingReady = {
    serving: SERVING,
    engine,
    runtime,
    timeToReadyMs: Math.round(started.timeToReadyMs),
    ...(runtime === 'container' ? { image: await imageThatRuns(SERVING, SC_IMAGES) } : {}),
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
};

start().catch((error: unknown) =>
  end(startServingExitCodes.cannotRun, error instanceof Error ? error.message : String(error)),
);
