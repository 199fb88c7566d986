import { collectEnvironment } from '../../../../lib/bench/run/collect-environment.ts';
import { recordedRun } from '../../../support/recorded-run.ts';

describe('The environment of a run', () => {
  it('has the versions of Node, the project and the packages that measure, and the seed of the plan', async () => {
    const { plan } = recordedRun();
    const processes = { middleware: 2, serving: 1, load: 1 };
    const environment = await collectEnvironment(plan, processes);

    expect(environment).toMatchObject({ where: 'local', seed: plan.seed, processes });
    expect(environment.versions).toMatchObject({
      node: process.versions.node,
      'serving-compare': expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
      sharp: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    });
    // The load generator k6 is not part of this plan.
    expect(environment.versions).not.toHaveProperty('k6');
    expect(environment.machine.cores).toBeGreaterThan(0);
  });

  it('has the commit of the project, if it is the root of a git checkout', async () => {
    const { commit } = await collectEnvironment(recordedRun().plan, {
      middleware: 1,
      serving: 1,
      load: 1,
    });

    expect([40, undefined]).toContain(commit?.hash.length);
  });
});
