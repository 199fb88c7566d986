import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measuredInStudy } from '../../../serving-configs/index.ts';
import { newFolder } from '../../support/temporary-folder.ts';
import { openDesk, type Desk } from './desk.ts';
import { createTinyDeployment } from './tiny-deployment.ts';

const [broken = '', ...others] = measuredInStudy;
const LINE = `pair 1 cannot start ${broken}: cannot pull x:1: the registry does not have it`;

let desk: Desk;
let configured: readonly string[];

beforeAll(async () => {
  desk = await openDesk(1);
  const signalled = `${broken}: cannot pull x:1: the registry does not have it`;
  await createTinyDeployment(desk.aws.cloudFormation, 'lacking', 1, signalled);
  const file = join(newFolder(), 'c.json');
  writeFileSync(file, '{"name": "lacking"}');
  configured = ['--config', file];
});

afterAll(() => desk.close());

describe('a serving that the nodes cannot start', () => {
  it('is named with its reason by doctor, without a failure', async () => {
    const { stdout } = await desk.bench(['doctor', '--json', ...configured]);
    const { checks } = JSON.parse(stdout) as { readonly checks: readonly { name: string }[] };

    expect(checks.filter(({ name }) => name === 'servings')).toMatchObject([
      { state: 'warned', detail: LINE },
    ]);
  });

  it('is named with its reason by status', async () => {
    const { stdout } = await desk.bench(['status', ...configured]);
    const json = await desk.bench(['status', '--json', ...configured]);

    expect(stdout.split('\n')).toContain(LINE);
    expect(JSON.parse(json.stdout)).toMatchObject({
      unavailable: [{ pair: 1, unavailable: [{ serving: broken }] }],
    });
  });

  it('is named with its reason in the first line of a quick run, which goes without it', async () => {
    const run = ['run', '--on', 'aws', '--detach', '--run-id', 'quick', ...configured];
    const { exitCode, stderr } = await desk.bench(run);

    expect(exitCode).toBe(0);
    expect(stderr.split('\n')[0]).toBe(LINE);
    await desk.bench(['cancel', 'quick', ...configured]);
  });

  it('keeps a study from starting, until its user names the other servings', async () => {
    const run = ['run', '--on', 'aws', '--profile', 'replicate-2021', '--dry-run', ...configured];
    const refusal = await desk.refusal(run);
    const named = await desk.bench([...run, '--servings', others.join(',')]);

    expect(refusal).toMatchObject({
      exitCode: 2,
      code: 'BENCH_NOT_RUNNABLE',
      message: expect.stringContaining(LINE) as string,
      hint: expect.stringContaining(`--servings ${others.join(',')};`) as string,
    });
    expect(named.exitCode).toBe(0);
  });
});
