import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { fetchedModel } from '../../../../lib/bench/aws/fetch-run.ts';
import { writeTuned } from '../../../../lib/bench/run/write-tuned.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { tunedRun } from '../../../support/tuned-plan.ts';
import { onPairs } from '../analysis/comparison/run-on-pairs.ts';

const BATCHES = { instances: 2, threads: 1, maxBatch: 8, batchDelayMs: 0 };

/** A search on a node pair, whose serving node has built its image and its model. */
const searchOnNodes = () => {
  const data = onPairs(tunedRun({ fixedMs: 8, perInputMs: 2 }, ['default', BATCHES]), ['one']);
  const { plan, environment } = data;
  const [{ serving }] = plan.targets as [(typeof plan.targets)[0]];
  const { aws } = environment;
  return summarise({
    ...data,
    plan: {
      ...plan,
      where: 'aws',
      runtime: 'container',
      served: { [serving]: { platform: 'its server', engine: 'its container', real: true } },
    },
    environment: { ...environment, aws: aws && { ...aws, images: { [serving]: 'sha256:built' } } },
  });
};

describe('the configurations that a search for settings recommends', () => {
  it('are written on the machine that fetches a run, with the image and the model of the serving node', async () => {
    const folder = newFolder();
    const summary = searchOnNodes();
    const serving = String(summary.plan.targets[0]?.serving);
    await writeTuned(folder, summary, fetchedModel(folder, summary.plan));
    const textOf = (name: string): string =>
      readFileSync(path.join(folder, 'tuned', serving, name), 'utf8');

    expect(textOf('start.sh')).toContain(' sha256:built');
    expect(textOf('start.sh')).toContain('source=/var/lib/serving-compare/models/');
    expect(textOf('README.md')).toContain('2 instances, 1 thread, batch 8');
    expect(textOf('README.md')).toContain(' on c5.xlarge, Example CPU');
    expect(textOf('README.md')).toContain(`npx serving-compare run --on aws --tuned ${folder}`);
  });

  it('are not written for simulated servers, which have none', async () => {
    const folder = newFolder();
    const summary = summarise(tunedRun({ fixedMs: 8, perInputMs: 2 }, ['default', BATCHES]));
    await writeTuned(folder, summary, fetchedModel(folder, summary.plan));

    expect(existsSync(path.join(folder, 'tuned'))).toBe(false);
  });
});
