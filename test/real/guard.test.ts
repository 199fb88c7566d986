import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const GUARD = path.resolve(import.meta.dirname, '../../serving-configs/runtimes/venv/guard.py');

/** Runs a shell script under the guard. The script writes the PID of each of its processes to the file `$IDS` first. */
const runGuarded = (script: string, { signal = 'process', grace = 1, leaves = '' } = {}) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'guard-'));
  const ids = path.join(tmpdir(), `${path.basename(folder)}.ids`);
  writeFileSync(ids, '');
  const log = path.join(folder, 'output.log');
  const options = ['--signal', signal, '--grace', String(grace), '--log', log, '--remove', folder];
  if (leaves !== '') options.push('--leaves', leaves);
  const child = spawn('python3', ['-I', GUARD, ...options, '--', 'bash', '-c', script], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, IDS: ids },
  });
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  return {
    folder,
    child,
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, printed })),
    /** Resolves with the PIDs when `count` processes have written theirs. */
    processes: async (count: number): Promise<readonly number[]> => {
      for (;;) {
        const found = readFileSync(ids, 'utf8').trim().split('\n').filter(Boolean).map(Number);
        if (found.length >= count) return found;
        await sleep(10);
      }
    },
  };
};

const isAlive = (id: number): boolean => {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
};

/** Waits until a signal comes. */
const WAIT = 'sleep 600 & wait $!';
const ID = 'echo $BASHPID >> "$IDS"';
/** Ignores SIGTERM. */
const DEAF = `trap "" TERM; ${ID}; while true; do sleep 0.1; done`;

describe('The guard of a platform', () => {
  it('passes SIGTERM on, and removes the folder after all processes have ended', async () => {
    const { child, processes, ended, folder } = runGuarded(`${ID}; ${WAIT}`);
    const ids = await processes(1);
    child.kill('SIGTERM');

    expect(await ended).toEqual({ code: 0, printed: '' });
    expect(ids.filter(isAlive)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  });

  it('removes files that a killed platform leaves elsewhere, but none that existed before and no folder with content', async () => {
    const outside = mkdtempSync(path.join(tmpdir(), 'outside-'));
    writeFileSync(path.join(outside, 'left-before'), '');
    const leave = `cd ${outside}; touch left-file other; mkdir -p left-empty left-full/one`;
    const { ended } = runGuarded(`${leave}; kill -KILL $$`, {
      leaves: path.join(outside, 'left-*'),
    });

    expect((await ended).code).toBe(1);
    expect(readdirSync(outside).toSorted()).toEqual(['left-before', 'left-full', 'other']);
  });

  it('stops the platform when the process that started it has died', async () => {
    const { child, processes, ended } = runGuarded(`${ID}; ${WAIT}`);
    const ids = await processes(1);
    child.stdin.end();

    expect((await ended).code).toBe(0);
    expect(ids.filter(isAlive)).toEqual([]);
  });

  it('prints the last lines of a platform that ends by itself', async () => {
    const { ended, folder } = runGuarded('seq 1 50; echo "no such model" >&2; exit 3');
    const { code, printed } = await ended;

    expect(code).toBe(1);
    expect(printed.trim().split('\n').slice(-2)).toEqual(['50', 'no such model']);
    expect(printed.split('\n')).not.toContain('1');
    expect(existsSync(folder)).toBe(false);
  });

  it('ends if the platform ends before the guard can watch it', async () => {
    for (let time = 0; time < 30; time += 1) {
      expect((await runGuarded('exit 0').ended).code).toBe(1);
    }
  });

  it('stops the processes that a platform leaves behind when it ends by itself', async () => {
    const { processes, ended } = runGuarded(`(${ID}; ${WAIT}) & ${ID}; sleep 0.2; exit 0`);
    const ids = await processes(2);

    expect((await ended).code).toBe(1);
    expect(ids.filter(isAlive)).toEqual([]);
  });

  it('kills a process that ignores SIGTERM, and names it', async () => {
    const { child, processes, ended } = runGuarded(DEAF, { grace: 0.3 });
    const ids = await processes(1);
    child.kill('SIGTERM');
    const { code, printed } = await ended;

    expect(code).toBe(0);
    expect(printed).toMatch(
      new RegExp(`^killed after SIGTERM had no effect: .*bash \\(${ids[0]}\\)`),
    );
    expect(ids.filter(isAlive)).toEqual([]);
  });

  it('stops every process, even in another session or below another parent', async () => {
    const daemon = `setsid bash -c '${DEAF}' &`;
    const { child, processes, ended } = runGuarded(`(${daemon}); ${ID}; ${WAIT}`, { grace: 0.3 });
    const ids = await processes(2);
    child.kill('SIGTERM');

    expect((await ended).code).toBe(0);
    expect(ids.filter(isAlive)).toEqual([]);
  });

  it('signals a whole process group if the platform needs it', async () => {
    const children = `(${ID}; ${WAIT}) & (${ID}; ${WAIT}) & ${ID}; ${WAIT}`;
    const grace = 60;
    const { child, processes, ended } = runGuarded(children, { signal: 'group', grace });
    const ids = await processes(3);
    const startedAt = performance.now();
    child.kill('SIGTERM');

    expect(await ended).toEqual({ code: 0, printed: '' });
    // A process that got no signal would only end when the guard kills it.
    expect(performance.now() - startedAt).toBeLessThan(grace * 1000);
    expect(ids.filter(isAlive)).toEqual([]);
  });

  it('waits for children that outlive their parent', async () => {
    // The parent ends at once, and its child needs a while to clean up.
    const slow = `(trap "sleep 0.5; exit" TERM; ${ID}; sleep 600 & wait $!; exit) &`;
    const { child, processes, ended } = runGuarded(`${slow} ${ID}; ${WAIT}`, {
      signal: 'group',
      grace: 60,
    });
    const ids = await processes(2);
    child.kill('SIGTERM');

    expect(await ended).toEqual({ code: 0, printed: '' });
    expect(ids.filter(isAlive)).toEqual([]);
  });
});
