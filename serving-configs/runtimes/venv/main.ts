/**
 * Runs the platform of one serving from its packages until SIGTERM, SIGINT or the end of its parent:
 * `node serving-configs/runtimes/venv/main.ts --serving ID`. Prints one line of JSON when it answers.
 */
import { fail } from '../../options/program.ts';
import { readMainOptions } from './options.ts';
import { NotStarted, startPlatform } from './start-platform.ts';

/** As {@link fail}, but the words of a platform instead of our stack. */
const failWith = (error: unknown): never => {
  if (!(error instanceof NotStarted)) return fail(error);
  process.stderr.write(
    `error: ${error.message}\nhint:  where its lines do not tell, start it again with nothing else on the machine\n`,
  );
  return process.exit(1);
};

const run = async (): Promise<void> => {
  const options = readMainOptions(process.argv.slice(2));
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // The channel ends with the parent.
  process.on('disconnect', stop);

  const { serving } = options;
  let running;
  try {
    running = await startPlatform(options, stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    process.exit(0);
  }
  const { url, grpcUrl, statisticsUrl, platform, engine, pid } = running;
  const line = {
    event: 'listening',
    url,
    grpcUrl,
    statisticsUrl,
    serving,
    platform,
    engine,
    pid,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);

  const asked = new Promise<'asked'>((resolve) => {
    if (stopping.signal.aborted) resolve('asked');
    stopping.signal.addEventListener('abort', () => resolve('asked'), { once: true });
  });
  const first = await Promise.race([asked, running.ended]);
  if (first === 'asked') {
    await running.stop();
    const { words } = await running.ended;
    if (words !== '') process.stderr.write(`${words}\n`);
    process.exit(0);
  }
  throw new NotStarted(`${platform} ended by itself; its last lines:\n${first.words}`);
};

run().catch(failWith);
