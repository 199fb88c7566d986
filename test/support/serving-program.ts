/**
 * Starts a serving from packages or in a container until SIGTERM, like a run does: `serving-program.ts venv|docker --serving ID …`. Prints
 * one line of JSON when it answers. Ends with 1 if the serving ends by itself, with 2 if it cannot be started.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { isServingName } from '../../serving-configs/index.ts';
import type { Accelerator } from '../../serving-configs/manifest.ts';
import { SINGLE } from '../../serving-configs/settings.ts';
import { UsageError } from '../../serving-configs/options/usage-error.ts';
import { startContainer } from '../../serving-configs/runtimes/docker/start-container.ts';
import { startPlatform } from '../../serving-configs/runtimes/venv/start-platform.ts';
import { CLASSIFIER, readModel, withFiles } from '../../serving-configs/models/model.ts';
import type { VenvEngine } from '../../serving-configs/runtimes/served-model.ts';

const text = { type: 'string' } as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    serving: text,
    port: text,
    'grpc-port': text,
    engine: text,
    model: text,
    weights: text,
    models: text,
    image: text,
    accelerator: text,
  },
});

const absolute = (file: string | undefined): string | undefined =>
  file === undefined ? undefined : path.resolve(file);

const start = (signal: AbortSignal) => {
  const { serving = '', model: file = CLASSIFIER.file } = values;
  if (!isServingName(serving)) throw new Error(`there is no serving "${serving}"`);
  const files = { weights: absolute(values.weights), folder: absolute(values.models) };
  const model = withFiles(readModel(path.resolve(file)), files);
  const common = {
    serving,
    model,
    settings: SINGLE,
    ports: { rest: Number(values.port ?? 0), grpc: Number(values['grpc-port'] ?? 0) },
  };
  if (positionals[0] === 'docker') {
    const { image = '', accelerator } = values;
    return startContainer({ ...common, image, accelerator: accelerator as Accelerator }, signal);
  }
  const engine = (values.engine ?? 'onnx') as VenvEngine;
  return startPlatform({ ...common, engine }, signal);
};

const end = (error: Error): never => {
  process.stderr.write(error instanceof UsageError ? error.lines : `error: ${error.message}\n`);
  return process.exit(error instanceof UsageError ? 2 : 1);
};

const stopping = new AbortController();
let stop = async (): Promise<string | void> => undefined;
process.once('SIGTERM', () => {
  stopping.abort();
  void stop().then((output) => {
    process.stderr.write(output ?? '');
    process.exit(0);
  });
});
try {
  const started = await start(stopping.signal);
  ({ stop } = started);
  process.stdout.write(`${JSON.stringify(started)}\n`);
  const problem = await started.ended;
  if (!stopping.signal.aborted) end(problem);
} catch (error) {
  if (!stopping.signal.aborted) end(error as Error);
}
