import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import { runBench } from '../../../support/bench-cli.ts';
import { exitCodeByChecks } from '../../../support/exit-code.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

/** Imitates `nvidia-smi` on a machine whose GPU memory in use grows by 5 MiB with each call. */
const LEAKING_GPU = `#!/bin/sh
read -r used < "$0.used"
echo $((used + 5)) > "$0.used"
echo "$used"
`;

const writeGpuProgram = (folder: string): void => {
  const program = join(folder, 'nvidia-smi');
  mkdirSync(folder);
  writeFileSync(`${program}.used`, '1000\n');
  writeFileSync(program, LEAKING_GPU, { mode: 0o755 });
};

describe('A soak on this machine', () => {
  it('follows the memory and the open files of the serving, and the memory of the GPU', async () => {
    const folder = newFolder();
    const programs = join(folder, 'programs');
    const results = join(folder, 'run');
    writeGpuProgram(programs);

    const { exitCode } = await runBench(
      // A closed loop with the no-op backend would use all cores.
      `run --profile soak --servings flask --delay 100ms --levels 2 --seed 1
      --warmup 0.2s --duration 5s --output ${results}`,
      { PATH: `${programs}:${process.env['PATH']}` },
    );
    const soaks = summarise(await readRunFolder(results)).stability?.soaks;
    const trends = soaks?.[0]?.trends ?? [];
    const grown = trends.filter(({ verdict }) => verdict === 'grows').map(({ figure }) => figure);

    expect(exitCode).toBe(await exitCodeByChecks(results));
    expect(soaks).toHaveLength(1);
    expect(trends.map(({ figure }) => figure)).toEqual(
      expect.arrayContaining(['p50Ms', 'p99Ms', 'failedPercent', 'memoryMiB', 'openFiles']),
    );
    expect(grown).toContain('gpuMemoryMiB');
    expect(grown).not.toContain('openFiles');
  });
});
