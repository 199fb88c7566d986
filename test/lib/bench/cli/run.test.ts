import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { planHash } from '../../../../lib/bench/plan/seal-plan.ts';
import { refusalOf } from '../../../support/bench-cli.ts';
import { recordedRun } from '../../../support/recorded-run.ts';
import { writeRecordedRunFolder } from '../../../support/recorded-run-folder.ts';
import { searchedPlan } from '../../../support/searched-plan.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

describe('serving-compare run', () => {
  it.each([
    ['run --on azure', 'local, aws'],
    ['run --on aws --runtime venv', 'leave --runtime out'],
    ['run --config x.json', 'leave --config out'],
    ['run --runtime container', 'simulated, venv, docker'],
    ['run --runtime venv --engine noop', 'one of them'],
    ['run --profile slo --rates 5', '--levels'],
    ['run --resume x --output y', 'writes to its own folder'],
    ['run --levels 8,1,1', 'once'],
    ['run --servings torchserve,TorchServe', 'once'],
    ['run --levels -1', 'from 1 to 10000'],
    ['run --fail-if p95>100', 'write 100ms'],
    ['run --fail-if ray_serve:p95>1s', 'torchserve, tfserving'],
    ['run --fail-if cost>1USD', '--price-per-hour'],
    ['run --no-end-nodes', 'leave --no-end-nodes out'],
    ['run --on aws --detach --fail-if p95>1s', 'one of them'],
  ])('is refused with its remedy: %s', async (line, remedy) => {
    expect(await refusalOf(line)).toMatchObject({
      exitCode: 2,
      code: 'BENCH_USAGE',
      hint: expect.stringContaining(remedy) as unknown,
    });
  });

  it.each([
    ['run --images /nowhere', 'BENCH_NO_IMAGES', '--images'],
    ['run --images lib', 'BENCH_NO_IMAGES', '--images'],
    ['run --resume /nowhere', 'BENCH_NO_RUN', 'results/'],
    ['run --model /nowhere.onnx', 'BENCH_MODEL_FILE', '--model'],
    ['run --output /proc/self/x', 'BENCH_FOLDER', '--output'],
    ['run --ci-report /proc/self/x/y.xml', 'BENCH_FOLDER', '--ci-report'],
    ['run --ci-report /proc/y.xml', 'BENCH_FOLDER', '--ci-report'],
  ])('is refused if a file or folder cannot be used: %s', async (line, code, remedy) => {
    expect(await refusalOf(line)).toMatchObject({
      exitCode: 2,
      code,
      hint: expect.stringContaining(remedy) as unknown,
    });
  });

  it('is refused with a time limit if it resumes searches, which have no fixed length', async () => {
    const folder = newFolder();
    const plan = searchedPlan([15]);
    await writeRecordedRunFolder(folder, {
      ...recordedRun(),
      plan: { ...plan, hash: planHash(plan) },
      records: [],
    });

    expect(await refusalOf(`run --resume ${folder} --max-time 1m`)).toMatchObject({
      exitCode: 2,
      code: 'BENCH_USAGE',
      message: expect.stringContaining('--max-time') as unknown,
    });
  });

  it('leaves no run folder behind', async () => {
    const folder = join(newFolder(), 'run');
    await refusalOf(`run --images /nowhere --output ${folder}`);

    expect(existsSync(folder)).toBe(false);
  });
});
