import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { processCpuMs, treeCpuMs } from '../../../../lib/bench/load/process-cpu.ts';
import { readUntil } from '../../../support/read-until.ts';

/** Starts a process in its own session that computes forever, and prints its id. */
const START_WORK = `const { spawn } = require('node:child_process');
const worker = spawn(process.execPath, ['-e', 'for (;;);'], { detached: true, stdio: 'ignore' });
console.log(worker.pid);`;

/** Starts a shell that runs a script and then stays, without computing anything itself. */
const startShell = (line: string, script: string): ChildProcess =>
  spawn('sh', ['-c', line, process.execPath, script], { stdio: ['pipe', 'pipe', 'ignore'] });

describe('The CPU time of a process tree', () => {
  it('includes child processes, even in another session', async () => {
    const shell = startShell('"$0" -e "$1"; read -r line', START_WORK);
    const [line] = (await once(shell.stdout ?? shell, 'data')) as [Buffer];
    const worker = Number(line.toString());
    const pid = shell.pid ?? 0;
    try {
      await readUntil(
        () => treeCpuMs(pid),
        (ms = 0) => ms >= 400,
        120_000,
      );

      expect(await processCpuMs(pid)).toBeLessThan(150);
    } finally {
      shell.kill('SIGKILL');
      process.kill(worker, 'SIGKILL');
    }
  });

  it('includes ended processes whose parent waited for them', async () => {
    const work = 'while (process.cpuUsage().user < 200_000);';
    const shell = startShell('"$0" -e "$1"; echo done; read -r line', work);
    await once(shell.stdout ?? shell, 'data');
    const pid = shell.pid ?? 0;
    const [shellMs = 0, treeMs = 0] = await Promise.all([processCpuMs(pid), treeCpuMs(pid)]);
    shell.kill('SIGKILL');

    expect(treeMs).toBeGreaterThan(shellMs + 50);
  });

  it('is unknown for a process that does not exist', async () => {
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'close');

    expect(await treeCpuMs(gone.pid ?? 0)).toBeUndefined();
  });
});
