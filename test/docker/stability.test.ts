import { join } from 'node:path';
import { calibrationCheck } from '../../lib/bench/analysis/checks/calibration.ts';
import { summarise } from '../../lib/bench/analysis/summarise.ts';
import { readRunFolder } from '../../lib/bench/results/run-folder.ts';
import { isTested, type FaultResult } from '../../lib/bench/stability/summary.ts';
import { runBench } from '../support/bench-cli.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { outlivingContainers } from './support/containers.ts';

describe('A run of the profile stability on containers', () => {
  it('kills and pauses the processes inside them, reports the result, and leaves nothing behind', async () => {
    const folder = join(newFolder(), 'run');
    const { exitCode, stderr } = await runBench(
      `run --runtime docker --profile stability --servings flask,torchserve --payloads image
      --repeats 1 --duration 1s --levels 2 --faults kill-worker,pause-worker
      --output ${folder}`,
    );
    const data = await readRunFolder(folder);
    const { stability } = summarise(data);
    const isCalibrated = calibrationCheck(data.records).state === 'passed';
    const found = new Map<string, FaultResult>(
      stability?.targets.flatMap(({ target, results }) =>
        results
          .filter(isTested)
          .map((result) => [`${target.serving} ${result.fault}`, result] as const),
      ),
    );

    expect({ exitCode, stderr }).toMatchObject({ exitCode: isCalibrated ? 0 : 1 });
    expect([...found.keys()]).toHaveLength(6);
    for (const result of found.values()) expect(result.memoryGainedMiB).toBeDefined();
    for (const serving of ['flask', 'torchserve']) {
      // gunicorn and TorchServe replace the worker.
      expect(found.get(`${serving} kill-worker`)).toMatchObject({ processesLost: 0 });
      expect(found.get(`${serving} pause-worker`)).toMatchObject({ processesLost: 0 });
    }
    expect(await outlivingContainers()).toEqual([]);
  }, 400_000);
});
