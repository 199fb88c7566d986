/**
 * Runs a simulated server until SIGTERM, SIGINT or the end of its parent process:
 * `node serving-configs/reference/main.ts --serving ID`. Prints one line of JSON when it listens.
 */
import './onnx/no-telemetry.ts';
import { manifestOf } from '../index.ts';
import { createEngine } from './create-engine.ts';
import { fail } from '../options/program.ts';
import { startGrpcServer } from './grpc-server.ts';
import { limitRequests } from './limit-requests.ts';
import { loadGrpcWire, loadWire } from './load-wire.ts';
import { readOptions } from './options.ts';
import { startServer } from './server.ts';

const run = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2));
  const { serving, host, port, grpcPort, tensorModel } = options;
  const wire = await loadWire(serving, tensorModel);
  // Both protocols share one queue.
  const { engine, counters } = limitRequests(await createEngine(options), wire.takesAtMost);
  const { health, statistics } = manifestOf(serving, tensorModel?.name);
  const server = await startServer(
    {
      wire,
      engine,
      statistics: statistics && { path: statistics.path, counters },
    },
    { host, port },
  );
  const grpcWire = await loadGrpcWire(serving, tensorModel);
  const grpcServer =
    grpcWire === undefined
      ? undefined
      : await startGrpcServer({ wire: grpcWire, engine }, { host, port: grpcPort });

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    const stopped = Promise.all([server.stop(), grpcServer?.stop()]).then(() => engine.close());
    stopped.then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // The IPC channel closes when the parent ends.
  process.on('disconnect', stop);

  const { url } = server;
  const line = {
    event: 'listening',
    url,
    grpcUrl: grpcServer?.url,
    healthUrl: url + health.path,
    statisticsUrl: statistics && url + statistics.path,
    serving,
    engine: options.engine,
    pid: process.pid,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  try {
    await engine.start();
  } catch (error) {
    // A stop while the model loads is not a failure.
    if (!stopping) throw error;
  }
};

run().catch(fail);
