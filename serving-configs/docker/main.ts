/**
 * Runs the container of one serving on this machine until SIGTERM, SIGINT or the end of its parent:
 * `node --import tsx serving-configs/docker/main.ts --serving ID --image IMAGE --models DIR`. Prints one line of JSON when
 * its model answers.
 */
import { fail } from '../reference/fail.ts';
import { HELP, readOptions } from './options.ts';
import { startContainer } from './start-container.ts';

const run = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(HELP);
    return;
  }
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // The end of the channel is the end of the parent, however that came about.
  process.on('disconnect', stop);

  const running = await startContainer(options, stopping.signal);
  if (running.url !== undefined) {
    const { url, grpcUrl, statisticsUrl, pid } = running;
    const line = {
      event: 'listening',
      url,
      ...(grpcUrl === undefined ? {} : { grpcUrl }),
      ...(statisticsUrl === undefined ? {} : { statisticsUrl }),
      serving: options.serving,
      engine: 'its container',
      pid,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
  const exitCode = await running.ended;
  process.exit(stopping.signal.aborted ? 0 : exitCode);
};

run().catch(fail);
