import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const GUARD = path.resolve(import.meta.dirname, '../../serving-configs/runtimes/venv/guard.py');

/** A shell script that writes the ids of its processes, a line each, before anything happens to it. */
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
  let words = '';
  child.stderr.on('data', (piece: Buffer) => (words += piece.toString()));
  return {
    folder,
    child,
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, words })),
    /** Resolves when so many processes have written their ids. */
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

/** Waits in a way that a signal ends at once. */
const WAIT = 'sleep 600 & wait $!';
const ID = 'echo $BASHPID >> "$IDS"';
/** Deaf to SIGTERM. */
const DEAF = `trap "" TERM; ${ID}; while true; do sleep 0.1; done`;

describe('the guard of a platform', () => {
  it('passes SIGTERM on, and removes the folder when all has ended', async () => {
    const { child, processes, ended, folder } = runGuarded(`${ID}; ${WAIT}`);
    const ids = await processes(1);
    child.kill('SIGTERM');

    expect(await ended).toEqual({ code: 0, words: '' });
    expect(ids.filter(isAlive)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  });

  it('removes what a killed platform leaves elsewhere, but nothing that was there before or is not empty', async () => {
    const outside = mkdtempSync(path.join(tmpdir(), 'outside-'));
    writeFileSync(path.join(outside, 'left-before'), '');
    const leave = `cd ${outside}; touch left-file other; mkdir -p left-empty left-full/one`;
    const { ended } = runGuarded(`${leave}; kill -KILL $$`, {
      leaves: path.join(outside, 'left-*'),
    });

    expect((await ended).code).toBe(1);
    expect(readdirSync(outside).toSorted()).toEqual(['left-before', 'left-full', 'other']);
  });

  it('stops the platform when whoever started it is gone', async () => {
    const { child, processes, ended } = runGuarded(`${ID}; ${WAIT}`);
    const ids = await processes(1);
    child.stdin.end();

    expect((await ended).code).toBe(0);
    expect(ids.filter(isAlive)).toEqual([]);
  });

  it('prints the last lines of a platform that ends by itself', async () => {
    const { ended, folder } = runGuarded('seq 1 50; echo "no such model" >&2; exit 3');
    const { code, words } = await ended;

    expect(code).toBe(1);
    expect(words.trim().split('\n').slice(-2)).toEqual(['50', 'no such model']);
    expect(words.split('\n')).not.toContain('1');
    expect(existsSync(folder)).toBe(false);
  });

  it('ends with a platform that has ended before it is looked at', async () => {
    for (let time = 0; time < 30; time += 1) {
      expect((await runGuarded('exit 0').ended).code).toBe(1);
    }
  });

  it('stops what a platform leaves behind when it ends by itself', async () => {
    const { processes, ended } = runGuarded(`(${ID}; ${WAIT}) & ${ID}; sleep 0.2; exit 0`);
    const ids = await processes(2);

    expect((await ended).code).toBe(1);
    expect(ids.filter(isAlive)).toEqual([]);
  });

  it('kills what ignores SIGTERM, and names it', async () => {
    const { child, processes, ended } = runGuarded(DEAF, { grace: 0.3 });
    const ids = await processes(1);
    child.kill('SIGTERM');
    const { code, words } = await ended;

    expect(code).toBe(0);
    expect(words).toMatch(new RegExp(`^killed what SIGTERM left: .*bash \\(${ids[0]}\\)`));
    expect(ids.filter(isAlive)).toEqual([]);
  });

  it('stops every process, in whatever session and below whatever parent', async () => {
    const daemon = `setsid bash -c '${DEAF}' &`;
    const { child, processes, ended } = runGuarded(`(${daemon}); ${ID}; ${WAIT}`, { grace: 0.3 });
    const ids = await processes(2);
    child.kill('SIGTERM');

    expect((await ended).code).toBe(0);
    expect(ids.filter(isAlive)).toEqual([]);
  });

  it('signals a whole process group if the platform needs it', async () => {
    const children = `(${ID}; ${WAIT}) & (${ID}; ${WAIT}) & ${ID}; ${WAIT}`;
    const { child, processes, ended } = runGuarded(children, { signal: 'group', grace: 20 });
    const ids = await processes(3);
    const startedAt = performance.now();
    child.kill('SIGTERM');

    expect(await ended).toEqual({ code: 0, words: '' });
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect(ids.filter(isAlive)).toEqual([]);
  });

  it('waits for children that outlive their parent, each to its own end', async () => {
    // The parent goes at once; what it leaves needs a while for a clean end.
    const slow = `(trap "sleep 0.5; exit" TERM; ${ID}; sleep 600 & wait $!; exit) &`;
    const { child, processes, ended } = runGuarded(`${slow} ${ID}; ${WAIT}`, {
      signal: 'group',
      grace: 20,
    });
    const ids = await processes(2);
    child.kill('SIGTERM');

    expect(await ended).toEqual({ code: 0, words: '' });
    expect(ids.filter(isAlive)).toEqual([]);
  });
});
