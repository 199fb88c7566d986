import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { processCpuMs, treeCpuMs } from '../../../lib/bench/process-cpu.ts';
import { until } from '../../support/bench-cli.ts';

/** A shell that waits for one below it, in a session of its own, that computes for ever. */
const startWorkBelow = (): ChildProcess =>
  spawn('bash', ['-c', `setsid bash -c 'while :; do :; done' & echo $!; wait`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });

describe('the CPU time of a process and of all that it started', () => {
  it('holds that of a process below it, in whatever session', async () => {
    const shell = startWorkBelow();
    const [line] = (await once(shell.stdout ?? shell, 'data')) as [Buffer];
    const worker = Number(line.toString());
    const pid = shell.pid ?? 0;
    let ms = 0;
    try {
      let isEnough = false;
      const poll = setInterval(() => {
        void treeCpuMs(pid).then((value) => {
          ms = value ?? 0;
          isEnough = ms >= 200;
        });
      }, 50);
      await until(
        () => isEnough,
        () => `${ms} ms`,
        10_000,
      );
      clearInterval(poll);

      expect(await processCpuMs(pid)).toBeLessThan(150);
    } finally {
      shell.kill('SIGKILL');
      process.kill(worker, 'SIGKILL');
    }
  });

  it('holds what has ended, where somebody waited for it', async () => {
    const work = 'for ((i = 0; i < 100000; i++)); do :; done';
    const shell = spawn('bash', ['-c', `bash -c '${work}'; echo done; read -r`], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await once(shell.stdout, 'data');
    const pid = shell.pid ?? 0;
    const [own = 0, tree = 0] = await Promise.all([processCpuMs(pid), treeCpuMs(pid)]);
    shell.kill('SIGKILL');

    expect(tree).toBeGreaterThan(own + 50);
  });

  it('is not told of a process that is not there', async () => {
    const gone = spawn('true');
    await once(gone, 'close');

    expect(await treeCpuMs(gone.pid ?? 0)).toBeUndefined();
  });
});
