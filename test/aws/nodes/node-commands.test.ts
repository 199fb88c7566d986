import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runKeys } from '../../../lib/deployment/run-keys.ts';
import { servingNodeFile } from './support/node-environment-file.ts';
import type { Outcome } from './support/test-disk.ts';
import { bootTestMachine, type TestMachine } from './support/test-machine.ts';

jest.setTimeout(120_000);

const COMMANDS = '/opt/serving-compare/lib/node/commands';
const DEADLINE = '/etc/serving-compare/deadline';
const USER_DATA = join(import.meta.dirname, '../../../lib/constructs/user-data.sh');

let machine: TestMachine;

beforeAll(async () => {
  machine = await bootTestMachine(async (disk) => {
    await disk.stub('aws', 'nvidia-smi');
    await disk.write('/etc/serving-compare/node.env', servingNodeFile());
    await disk.write('/var/log/serving-compare-bootstrap.log', 'step=units done\n');
  });
  // The user data up to where the deadline is armed.
  const [first] = readFileSync(USER_DATA, 'utf8').split(/^STEP=environment$/m);
  await machine.disk.write('/user-data', `#!/bin/bash\n${first}`, 0o755);
  const variables = { ROLE: 'a', REGION: 'a', BUNDLE_URL: 'a', BUNDLE_ID: 'a', SIGNAL_URL: 'a' };
  await machine.run('/user-data', { ...variables, MAX_HOURS: '6' });
});

afterAll(() => machine.end());

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

const extend = (seconds: number): Promise<Outcome> =>
  machine.run(`${COMMANDS}/extend-deadline.sh`, { SSM_DeadlineSeconds: String(seconds) });

/** When the timer elapses next, in seconds since 1970. */
const nextElapse = async (): Promise<number> => {
  const { stdout } = await machine.run(
    'date +%s --date "$(systemctl show serving-compare-deadline.timer --property NextElapseUSecRealtime --value)"',
  );
  return Number(stdout);
};

describe('ExtendDeadline', () => {
  it('moves the deadline in the file at which the timer of the user data looks every minute', async () => {
    const before = Number(await machine.disk.read(DEADLINE));
    expect((await nextElapse()) - nowSeconds()).toBeLessThanOrEqual(61);
    const later = before + 3600;

    const { exitCode, stdout, stderr } = await extend(later);

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({ deadlineSeconds: later, state: 'active' });
    expect(await machine.disk.read(DEADLINE)).toBe(`${later}\n`);
  });

  it('moves it nearer as well as further away, and holds after the next boot', async () => {
    const nearer = nowSeconds() + 1800;

    await extend(nearer);
    await machine.cutPowerAndBoot();

    expect(await machine.disk.read(DEADLINE)).toBe(`${nearer}\n`);
    expect((await nextElapse()) - nowSeconds()).toBeLessThanOrEqual(61);
  });

  it.each([
    ['what is past', -60, /is past or less than 60 s ahead/],
    ['what is more than 72 hours ahead', 73 * 3600, /is more than 72 hours ahead/],
  ])('refuses %s and leaves everything as it is', async (_, seconds, message) => {
    const before = await machine.disk.read(DEADLINE);

    const { exitCode, stdout, stderr } = await extend(nowSeconds() + seconds);

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(await machine.disk.read(DEADLINE)).toBe(before);
  });
});

const collect = (): Promise<Outcome> =>
  machine.run(`${COMMANDS}/collect-logs.sh`, { SSM_RunId: 'a-run' });

describe('CollectLogs', () => {
  const prefix = runKeys.logs('a-run', 1, 'serving');

  it('puts the compressed logs below the run, and prints only where', async () => {
    await machine.run('systemd-run --wait --unit serving-compare-example echo "a line of a unit"');

    const { exitCode, stdout, stderr } = await collect();

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const { files, ...where } = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
    expect(where).toEqual({ bucket: 'bench-results', prefix });
    const { stdout: list } = await machine.run(`ls /uploads/bench-results/${prefix}`);
    const names = list.trim().split('\n');
    expect(names).toHaveLength(Number(files));
    expect(names).toEqual(
      expect.arrayContaining([
        'dmesg.txt.gz',
        'journal.txt.gz',
        'nvidia-smi.txt.gz',
        'serving-compare-bootstrap.log.gz',
        'units.txt.gz',
      ]),
    );
    const textOf = async (name: string): Promise<string> => {
      const { stdout: hex } = await machine.run(
        `base64 --wrap 0 /uploads/bench-results/${prefix}${name}`,
      );
      return gunzipSync(Buffer.from(hex, 'base64')).toString();
    };
    expect(await textOf('serving-compare-bootstrap.log.gz')).toMatch(/^step=units done\n/);
    expect(await textOf('journal.txt.gz')).toContain('a line of a unit');
  });

  it('fails where the bucket does not take them', async () => {
    await machine.disk.write('/fail', 'aws s3 cp\n');

    const { exitCode, stdout, stderr } = await collect();

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toBe(
      `aws: simulated failure\nerror: the logs could not be copied to s3://bench-results/${prefix}\n`,
    );
  });
});
