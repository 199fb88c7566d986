import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../../../lib/bench/load/random.ts';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import { runBench, startBench, untilAlone, words } from '../../../support/bench-cli.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';

const newFolder = useTemporaryFolders();
const KILLS = 10;
const LONGEST_LIFE_MS = 5000;

jest.setTimeout(300_000);

const options = [
  ...words('--servings triton_pytorch,torchserve --levels 1,2 --repeats 1'),
  ...words('--engine null --duration 0.2 --warmup 0 --seed 11'),
];

describe('a runner that is killed', () => {
  it('ten times at random moments loses no finished cell, leaves no process, and ends with the cells of an uncut run', async () => {
    const folder = join(newFolder(), 'run');
    const random = createRandom(2026);
    const results = join(folder, 'results.jsonl');
    let finished = '';

    for (let kill = 0; kill < KILLS; kill += 1) {
      const begun = existsSync(join(folder, 'plan.json'));
      const bench = startBench(
        begun
          ? ['run', '--resume', folder]
          : ['run', ...options, '--processes', '1', '--output', folder],
      );
      await Promise.race([bench.ended, sleep(500 + random() * LONGEST_LIFE_MS)]);
      bench.child.kill('SIGKILL');
      await bench.ended;
      await untilAlone(bench);

      const now = existsSync(results) ? await readFile(results, 'utf8') : '';
      const whole = finished.slice(0, finished.lastIndexOf('\n') + 1);
      expect(now.startsWith(whole)).toBe(true);
      finished = now;
    }
    const { exitCode } = await runBench(['run', '--resume', folder]);
    const uncut = await runBench(['plan', ...options, '--json']);

    expect(exitCode).toBe(0);
    const { records } = await readRunFolder(folder);
    const ids = records.flatMap((record) => (record.kind === 'cell' ? [record.cell.id] : []));
    const { cells } = JSON.parse(uncut.stdout) as { cells: readonly { id: string }[] };
    expect(ids).toEqual(cells.map(({ id }) => id));
    expect(
      (await readFile(results, 'utf8'))
        .split('\n')
        .filter((line) => line.startsWith('{"kind":"cell"')),
    ).toHaveLength(8);
  });
});
