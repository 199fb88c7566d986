import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runBench, type BenchResult } from '../../support/bench-cli.ts';
import { useTemporaryFolders } from '../../support/temporary-folder.ts';
import { startEmulator, type Emulator } from '../support/emulator.ts';

const newFolder = useTemporaryFolders();

jest.setTimeout(300_000);

const SPOT_GONE = 'There is no Spot capacity available';

let emulator: Emulator;
let assembly: string;

beforeAll(async () => {
  emulator = await startEmulator();
  // Not cdk.out: others may synthesise in this checkout.
  assembly = join(newFolder(), 'assembly');
  const cdk = join(import.meta.dirname, '../../../node_modules/.bin/cdk');
  const bootstrap = ['bootstrap', 'aws://123456789012/us-east-1', '--output', assembly];
  const { code, stderr } = await emulator.run(cdk, bootstrap, {
    env: { CDK_VALIDATION: 'false' },
  });
  if (code !== 0) throw new Error(stderr);
});

afterAll(() => emulator.stop());

const deploy = (file: string, ...args: readonly string[]): Promise<BenchResult> =>
  runBench(
    [
      'deploy',
      '--config',
      file,
      ...args,
      '--',
      '--require-approval',
      'never',
      '--output',
      assembly,
    ],
    { ...emulator.env, CDK_VALIDATION: 'false' },
  );

const configured = (options: Readonly<Record<string, unknown>>): string => {
  const file = join(newFolder(), 'c.json');
  writeFileSync(file, JSON.stringify(options));
  return file;
};

/** The tests follow one another: what is deployed stays. */
describe('serving-compare deploy', () => {
  it('says what it means where no zone may be tried, and leaves the configuration as it is', async () => {
    await emulator.set({ capacity: 'g4dn.xlarge@us-east-1a' });
    const file = configured({ name: 'dry' });
    const { exitCode, stderr } = await deploy(file);

    expect(exitCode).toBe(1);
    expect(stderr).toContain('We currently do not have sufficient g4dn.xlarge capacity');
    expect(stderr).toContain('name zones that may be tried as "otherAvailabilityZones"');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ name: 'dry' });
  });

  it('goes on in the next zone, then on demand where spot is only preferred, and writes down what worked', async () => {
    await emulator.set({
      capacity: 'g4dn.xlarge/spot@us-east-1a,g4dn.xlarge/spot@us-east-1b',
    });
    const options = { name: 'moved', otherAvailabilityZones: ['us-east-1b'], spot: 'prefer' };
    const file = configured(options);
    const { exitCode, stdout, stderr } = await deploy(file, '--json');

    expect(stderr).toContain(`pair 1 (us-east-1a, spot (prefer)): `);
    expect(stderr).toContain(SPOT_GONE);
    expect(stderr).toContain('pair 1 goes on in us-east-1b, spot (prefer)');
    expect(stderr).toContain('pair 1 goes on in us-east-1a, on demand');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      state: 'deployed',
      pairs: [{ pair: 1, availabilityZone: 'us-east-1a' }],
      usdPerHour: expect.any(Number) as unknown,
      deadline: expect.any(String) as unknown,
    });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      ...options,
      pairOverrides: { 1: { spot: 'off' } },
    });
  });

  it('moves only the pair without capacity, and leaves the one that stands where it is', async () => {
    await emulator.set({ capacity: 'g4dn.xlarge@us-east-1a:1' });
    const file = configured({
      name: 'two',
      pairs: 2,
      otherAvailabilityZones: ['us-east-1b'],
    });
    const { exitCode, stdout } = await deploy(file, '--json');
    const zones = (
      JSON.parse(stdout) as { readonly pairs: readonly { readonly availabilityZone: string }[] }
    ).pairs.map(({ availabilityZone }) => availabilityZone);

    expect(exitCode).toBe(0);
    expect(zones.toSorted()).toEqual(['us-east-1a', 'us-east-1b']);
  });
});
