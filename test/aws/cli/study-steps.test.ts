import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChecks } from '../../../lib/bench/aws/doctor.ts';
import { readBenchConfig } from '../../../lib/bench/aws/read-config.ts';
import { deploySeconds, timesText } from '../../../lib/bench/cli/study-steps.ts';
import { newFolder } from '../../support/temporary-folder.ts';
import { openDesk, type Desk } from './desk.ts';

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk(1);
});

afterAll(() => desk.close());

const siteOf = (options: Readonly<Record<string, unknown>>) => {
  const file = join(newFolder(), 'c.json');
  writeFileSync(file, JSON.stringify(options));
  return { aws: desk.aws, config: readBenchConfig(file) };
};

describe('the time of a study', () => {
  it('includes the deployment only if a pair is missing or has lost a node', async () => {
    const standing = siteOf({});

    expect(await deploySeconds(standing)).toBe(0);
    expect(await deploySeconds(siteOf({ pairs: 2 }))).toBeGreaterThan(0);
    expect(await deploySeconds(siteOf({ name: 'none' }))).toBeGreaterThan(0);

    const [pair] = desk.deployment.pairs;
    const ids = `--instance-ids=${pair?.instances.serving}`;
    await desk.emulator.run('aws', ['ec2', 'terminate-instances', ids]);

    expect(await deploySeconds(standing)).toBeGreaterThan(0);

    // A study deploys the node again, so its doctor does not stop at it.
    const statesOf = async (nodes: boolean): Promise<readonly string[]> =>
      (await runChecks(standing.aws, standing.config, { nodes }))
        .filter(({ name }) => name.startsWith('pair 1 '))
        .map(({ state }) => state);
    expect(await statesOf(true)).toContain('failed');
    expect(await statesOf(false)).toEqual([]);
  });

  it('comes with the end of the nodes, which for new nodes is counted from their start', () => {
    const site = siteOf({ maxHours: 12 });
    const [trial, study] = [700, 11 * 3600];
    const [, , fresh] = timesText(site, { deployment: 1800, trial, study }).split('\n');
    const [length, , standing] = timesText(site, { deployment: 0, trial, study }).split('\n');

    expect(fresh).toMatch(/\b15\b/);
    expect(standing).toMatch(/\b15\b/);
    expect(standing).not.toBe(fresh);
    expect(length).not.toMatch(/\bdeploy\b/);
  });
});
