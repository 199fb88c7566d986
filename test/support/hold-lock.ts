// Holds the lock in argv until it is killed.
import { lockRunFolder } from '../../lib/bench/results/run-lock.ts';

const [, , file = ''] = process.argv;
lockRunFolder(file).then(
  () => setInterval(() => undefined, 60_000),
  (error: unknown) => {
    process.stderr.write(String(error));
    process.exitCode = 1;
  },
);
