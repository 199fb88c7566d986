import type { RunValues } from '../../../../lib/bench/cli/options.ts';
import { tunedValues } from '../../../../lib/bench/cli/tuned-run.ts';
import { planHash } from '../../../../lib/bench/plan/seal-plan.ts';
import { recordedRun } from '../../../support/recorded-run.ts';
import { writeRecordedRunFolder } from '../../../support/recorded-run-folder.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { tunedRun } from '../../../support/tuned-plan.ts';

const BATCHES = { instances: 2, threads: 1, maxBatch: 8, batchDelayMs: 0 };
const searched = tunedRun({ fixedMs: 8, perInputMs: 2 }, ['default', BATCHES]);
const valuesWith = (tuned?: string): RunValues => ({ tuned }) as RunValues;

describe('a run with --tuned', () => {
  it('measures the best settings of each server within the limit of the search', async () => {
    const folder = newFolder();
    await writeRecordedRunFolder(folder, searched);
    const { values, candidates } = await tunedValues(valuesWith(folder));
    const [target] = searched.plan.targets;

    expect(candidates).toEqual([{ serving: target?.serving, settings: BATCHES }]);
    expect(values).toMatchObject({
      profile: 'tune',
      'slo-p99': [100],
      servings: [target?.serving],
      tuned: folder,
    });
  });

  it('uses containers, too, if those of nodes were searched', async () => {
    const folder = newFolder();
    const plan = { ...searched.plan, where: 'aws', runtime: 'container' } as const;
    await writeRecordedRunFolder(folder, {
      ...searched,
      plan: { ...plan, hash: planHash(plan) },
    });

    expect((await tunedValues(valuesWith(folder))).values.runtime).toBe('docker');
  });

  it('needs a run that has searched', async () => {
    const folder = newFolder();
    await writeRecordedRunFolder(folder, recordedRun({ repeats: 1 }));

    await expect(tunedValues(valuesWith(folder))).rejects.toMatchObject({ code: 'BENCH_SETTINGS' });
    expect(await tunedValues(valuesWith())).toEqual({ values: {}, candidates: undefined });
  });
});
