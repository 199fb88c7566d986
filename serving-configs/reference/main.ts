/**
 * Runs a simulated server until SIGTERM, SIGINT or the end of its parent process:
 * `node serving-configs/reference/main.ts --serving ID`. Prints one line of JSON when it listens.
 */
import './onnx/no-telemetry.ts';
import { manifestOf, modelNamed } from '../index.ts';
import { createEngine } from './create-engine.ts';
import { startGrpcServer } from './grpc-server.ts';
import { limitRequests } from './limit-requests.ts';
import { loadGrpcWire, loadWire } from './load-wire.ts';
import { readOptions } from './options.ts';
import { runServing } from './run-serving.ts';
import { startServer } from './server.ts';

runServing(async (stopping) => {
  const options = readOptions(process.argv.slice(2));
  const { serving, host, port, grpcPort, tensorModel } = options;
  const wire = await loadWire(serving, tensorModel);
  // Both protocols share one queue.
  const { engine, counters } = limitRequests(await createEngine(options), wire.takesAtMost);
  const { health, statistics } = manifestOf(serving, tensorModel && modelNamed(tensorModel.name));
  const server = await startServer(
    { wire, engine, counters, countersPath: statistics?.path },
    { host, port },
  );
  const grpcWire = await loadGrpcWire(serving, tensorModel);
  const grpcServer =
    grpcWire === undefined
      ? undefined
      : await startGrpcServer({ wire: grpcWire, engine, counters }, { host, port: grpcPort });

  const stopped = new Promise<void>((resolve) => {
    if (stopping.aborted) resolve();
    stopping.addEventListener('abort', () => resolve(), { once: true });
  });
  const end = async (): Promise<Error> => {
    // A stop while the model loads is not a failure.
    await Promise.race([stopped, engine.start().then(() => stopped)]);
    await Promise.all([server.stop(), grpcServer?.stop()]);
    await engine.close();
    return new Error('it was stopped');
  };
  const { url } = server;
  return {
    line: {
      url,
      grpcUrl: grpcServer?.url,
      healthUrl: url + health.path,
      statisticsUrl: statistics && url + statistics.path,
      serving,
      engine: options.engine,
      pid: process.pid,
    },
    ended: end().catch((error: unknown) => error as Error),
  };
});
