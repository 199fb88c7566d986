import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import { runBench, startBench, until, untilAlone, words } from '../../../support/bench-cli.ts';
import { exitCodeByChecks } from '../../../support/exit-code.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';

const newFolder = useTemporaryFolders();

jest.setTimeout(120_000);

const isPaused = (pid: number): boolean => {
  try {
    return /\) T /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
};

describe('A run of the profile stability that is killed while a worker is paused', () => {
  it('leaves no process behind, paused or not, and keeps its measurements when it is resumed', async () => {
    const folder = join(newFolder(), 'run');
    const results = join(folder, 'results.jsonl');
    const bench = startBench([
      ...words('run --profile stability --servings flask --payloads image --engine noop'),
      ...words('--levels 2 --warmup 0 --duration 0.6s --repeats 1 --faults pause-worker --seed 1'),
      '--output',
      folder,
    ]);
    await until(() => bench.descendants().some(isPaused), bench.stderr);
    bench.child.kill('SIGKILL');
    await bench.ended;
    await untilAlone(bench);
    const kept = readFileSync(results, 'utf8');

    const { exitCode } = await runBench(['run', '--resume', folder]);
    const { plan, records } = await readRunFolder(folder);
    const tests = records.flatMap((one) =>
      one.kind === 'measurement' ? [one.measurement.stability] : [],
    );

    expect(kept).toContain('"fault":"nothing"');
    expect(readFileSync(results, 'utf8').startsWith(kept)).toBe(true);
    expect(exitCode).toBe(await exitCodeByChecks(folder));
    expect(tests).toHaveLength(plan.measurements.length);
    expect(tests).toEqual(expect.arrayContaining(['nothing', 'pause-worker']));
  });
});
