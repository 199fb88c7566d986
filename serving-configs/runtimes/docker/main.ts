/**
 * Runs the container of one serving on this machine until SIGTERM, SIGINT or the end of its parent:
 * `node serving-configs/runtimes/docker/main.ts --serving ID --image IMAGE --models DIR --accelerator cpu`. Prints
 * one line of JSON when its model answers. Ends with 3 where the Docker daemon does not answer.
 */
import { manifestOf } from '../../index.ts';
import { fail } from '../../options/program.ts';
import { DockerProblem } from './docker.ts';
import { readMainOptions } from './options.ts';
import { endProblem, NotRunning, startContainer } from './start-container.ts';

const DAEMON_IS_GONE = 3;

const failWith = (error: unknown): never => {
  if (error instanceof NotRunning) {
    process.stderr.write(`error: ${error.message}\n`);
    return process.exit(1);
  }
  if (error instanceof DockerProblem && error.daemonIsGone) {
    process.stderr.write(`error: ${error.message}\nhint:  ${error.hint}\n`);
    return process.exit(DAEMON_IS_GONE);
  }
  return fail(error);
};

const run = async (): Promise<void> => {
  const options = readMainOptions(process.argv.slice(2));
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  const removing = new AbortController();
  // The channel ends with the parent, which then no longer waits for the container.
  process.on('disconnect', () => {
    stop();
    removing.abort();
  });

  const { serving, accelerator } = options;
  let running;
  try {
    running = await startContainer(options, stopping.signal, removing.signal);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    process.exit(0);
  }
  const { url, grpcUrl, statisticsUrl, name } = running;
  const line = {
    event: 'listening',
    url,
    grpcUrl,
    statisticsUrl,
    serving,
    accelerator,
    container: name,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  const end = await running.ended;
  if (!stopping.signal.aborted) throw endProblem(manifestOf(serving).title, end);
  process.exit(0);
};

run().catch(failWith);
