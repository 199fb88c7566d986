import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBench, untilAlone } from '../../../support/bench-cli.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const isPaused = (pid: number): boolean => {
  try {
    return /\) T /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
};

describe('A run of the profile stability that is killed while a worker is paused', () => {
  it('leaves no process behind, paused or not, and keeps its measurements', async () => {
    const folder = join(newFolder(), 'run');
    const bench = startBench(
      `run --profile stability --servings flask --payloads image --engine noop --levels 2 --warmup 0
      --duration 1.5s --repeats 1 --faults pause-worker --seed 1 --output ${folder}`,
    );
    await bench.until(() => bench.descendants().some(isPaused));
    bench.child.kill('SIGKILL');
    await bench.ended;
    await untilAlone(bench);

    expect(readFileSync(join(folder, 'results.jsonl'), 'utf8')).toContain('"fault":"nothing"');
  });
});
