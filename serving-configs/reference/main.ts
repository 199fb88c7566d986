/**
 * Runs a simulated server until SIGTERM, SIGINT or the end of its parent process:
 * `node serving-configs/reference/main.ts --serving ID`. Prints one line of JSON when it listens.
 */
import './onnx/no-telemetry.ts';
import { once } from 'node:events';
import { idOf, manifestOf } from '../index.ts';
import { manifestModelOf } from '../models/model.ts';
import { COUNTERS_PATH } from '../protocols/statistics/serving-counters.ts';
import { fail } from '../options/program.ts';
import { createEngine } from './create-engine.ts';
import { startGrpcServer } from './grpc-server.ts';
import { limitRequests } from './limit-requests.ts';
import { loadGrpcWire, loadWire } from './load-wire.ts';
import { readOptions } from './options.ts';
import { startServer } from './server.ts';

/** Runs it until the signal is aborted. */
const run = async (stopping: AbortSignal): Promise<void> => {
  const options = readOptions(process.argv.slice(2));
  const { serving, host, port, grpcPort, model } = options;
  const wire = await loadWire(serving, model);
  // Both protocols share one queue.
  const { engine, counters } = limitRequests(await createEngine(options), wire.takesAtMost);
  const { health, statistics } = manifestOf(serving, manifestModelOf(model));
  const server = await startServer(
    { wire, engine, counters, countersPath: statistics?.path },
    { host, port },
  );
  const grpcWire = await loadGrpcWire(serving, model);
  const grpcServer =
    grpcWire === undefined
      ? undefined
      : await startGrpcServer({ wire: grpcWire, engine, counters }, { host, port: grpcPort });

  const { url } = server;
  const line = {
    event: 'listening',
    url,
    grpcUrl: grpcServer?.url,
    healthUrl: url + health.path,
    statisticsUrl: statistics && url + statistics.path,
    countersUrl: url + COUNTERS_PATH,
    serving: idOf(serving),
    engine: options.engine,
    pid: process.pid,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  const stopped: Promise<unknown> = stopping.aborted ? Promise.resolve() : once(stopping, 'abort');
  // A stop while the model loads is not a failure.
  await Promise.race([stopped, engine.start().then(() => stopped)]);
  await Promise.all([server.stop(), grpcServer?.stop()]);
  await engine.close();
};

const stopping = new AbortController();
const stop = (): void => stopping.abort();
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
// The IPC channel closes when the parent ends.
process.on('disconnect', stop);
run(stopping.signal).then(
  () => process.exit(0),
  (error: unknown) => (stopping.signal.aborted ? process.exit(0) : fail(error)),
);
