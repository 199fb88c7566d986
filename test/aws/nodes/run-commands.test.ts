import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runKeys } from '../../../lib/deployment/run-keys.ts';
import { middlewareNodeFile } from './support/node-environment-file.ts';
import { SUPPORT, type Outcome } from './support/test-disk.ts';
import { bootTestMachine, type TestMachine } from './support/test-machine.ts';

jest.setTimeout(120_000);

const COMMANDS = '/opt/serving-compare/lib/node/commands';
const unitOf = (runId: string): string => `serving-compare-run@${runId}.service`;

let machine: TestMachine;

beforeEach(async () => {
  machine = await bootTestMachine(async (disk) => {
    await disk.write('/etc/serving-compare/node.env', middlewareNodeFile());
    await disk.write(
      '/opt/serving-compare/bin/serving-compare.js',
      readFileSync(join(SUPPORT, 'bench-stand-in.js'), 'utf8'),
    );
    await disk.run(
      'cp /opt/serving-compare/lib/node/systemd/serving-compare-run@.service /etc/systemd/system/',
    );
  });
});

afterEach(() => machine.end());

const request = {
  SSM_Profile: 'quick',
  SSM_Pairs: '1,2',
  SSM_Seed: '',
  SSM_Options: '--levels 1,8 --repeats 3',
  SSM_EndNodes: 'false',
} as const;

const runPlan = (runId: string, more: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
  machine.run(`${COMMANDS}/run-plan.sh`, { ...request, SSM_RunId: runId, ...more });

const cancel = (runId: string): Promise<Outcome> =>
  machine.run(`${COMMANDS}/cancel-run.sh`, { SSM_RunId: runId });

const stateOf = async (runId: string): Promise<string> =>
  (
    await machine.run(`systemctl show --property ActiveState --value ${unitOf(runId)}`)
  ).stdout.trim();

const isEnabled = async (runId: string): Promise<boolean> =>
  (await machine.run(`systemctl is-enabled ${unitOf(runId)}`)).exitCode === 0;

const startsOf = async (): Promise<readonly unknown[]> =>
  machine.disk.exists('/starts.log')
    ? (await machine.disk.read('/starts.log'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown)
    : [];

const waitFor = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what} did not come true within 20 s`);
    await sleep(100);
  }
};

describe('RunPlan', () => {
  it('starts the runner in a unit of its own, with the request and the environment of the node', async () => {
    const { exitCode, stdout, stderr } = await runPlan('first-run');

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      runId: 'first-run',
      unit: unitOf('first-run'),
      state: 'active',
    });
    expect(await startsOf()).toEqual([
      {
        args: ['node-run', '--run-id', 'first-run'],
        request: {
          PROFILE: 'quick',
          PAIRS: '1,2',
          SEED: '',
          OPTIONS: '--levels 1,8 --repeats 3',
        },
        SC_BUCKET: 'bench-results',
      },
    ]);
  });

  it('ends the node with its logs in the bucket where the runner leaves word that nobody needs it', async () => {
    await machine.disk.stub('aws');
    // Units look in the folders of the system only.
    await machine.run('ln -s "$(command -v aws)" /usr/local/bin/aws');
    await machine.disk.write('/behaviour', 'done');
    await runPlan('last-run', { SSM_EndNodes: 'true' });

    await waitFor('the end of the machine', () => Promise.resolve(machine.hasEnded()));
    const logs = `/uploads/bench-results/${runKeys.logs('last-run', 1, 'middleware')}`;
    expect(machine.disk.exists(`${logs}journal.txt.gz`)).toBe(true);
  });

  it('leaves a run alone that is at work, and says that it is', async () => {
    await runPlan('first-run');

    const { exitCode, stdout } = await runPlan('first-run');

    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ runId: 'first-run', state: 'active' });
    expect(await startsOf()).toHaveLength(1);
  });

  it('refuses a second run and names the one that is at work', async () => {
    await runPlan('first-run');

    const other = await runPlan('second-run');
    const same = await runPlan('first-run', { SSM_Pairs: '1:1+3,2:2' });

    expect(other).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        'error: the run first-run is at work on this node: wait for its end, or cancel it (CancelRun)\n',
    });
    expect(same.stderr).toBe(
      'error: the run first-run is at work with other parameters: cancel it first (CancelRun)\n',
    );
    expect(await startsOf()).toHaveLength(1);
  });

  it('refuses a plan that other pairs share, and what is no parameter', async () => {
    for (const pairs of ['2,3', '2:1,11:1']) {
      const others = await runPlan('a', { SSM_Pairs: pairs });
      expect(others.exitCode).toBe(5);
      expect(others.stderr).toContain(`of pair 1, and the plan is shared by the pairs ${pairs}`);
    }

    for (const [name, value] of [
      ['RunId', '../a'],
      ['Profile', 'quick"'],
      ['Options', '--levels $(reboot)'],
      ['Options', 'a\nSC_BUCKET=b'],
      ['Seed', '-1'],
      ['Pairs', '1:0,2'],
    ] as const) {
      const { exitCode, stderr } = await runPlan('a', { [`SSM_${name}`]: value });
      expect(exitCode).toBe(5);
      expect(stderr).toContain(`the parameter ${name} is "${value}"`);
    }
    expect(machine.disk.exists('/var/lib/serving-compare/runs')).toBe(false);
  });

  it('fails with the last words of a runner that cannot run at all', async () => {
    await machine.disk.write('/behaviour', 'exit 2');

    const { exitCode, stdout, stderr } = await runPlan('first-run');

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('the last words of the runner');
    expect(stderr).toContain('the runner of first-run ended at once');
    expect(await startsOf()).toHaveLength(1);
    expect(await isEnabled('first-run')).toBe(false);
  });
});

describe('the unit of a run', () => {
  it.each([0, 1])('is over, also for the next boot, when the runner ends with %d', async (code) => {
    await machine.disk.write('/behaviour', `exit ${code}`);

    const { stdout } = await runPlan('first-run');

    expect(JSON.parse(stdout)).toMatchObject({ state: 'inactive' });
    expect(await isEnabled('first-run')).toBe(false);
    await machine.cutPowerAndBoot();
    expect(await startsOf()).toHaveLength(1);
  });

  it('starts a runner again that was killed, until it comes through', async () => {
    await runPlan('first-run');
    await machine.run(`systemctl kill --signal KILL ${unitOf('first-run')}`);

    await waitFor('the second start', async () => (await startsOf()).length === 2);

    expect(await stateOf('first-run')).toBe('active');
    expect(await isEnabled('first-run')).toBe(true);
  });

  it('takes a run up again after the node lost power', async () => {
    await runPlan('first-run');

    await machine.cutPowerAndBoot();

    await waitFor('the second start', async () => (await startsOf()).length === 2);
    expect(await startsOf()).toEqual([(await startsOf())[0], (await startsOf())[0]]);
  });

  it('takes a run up again after the node was rebooted in order', async () => {
    await runPlan('first-run');

    // What a shutdown does to the unit.
    await machine.run(`systemctl stop ${unitOf('first-run')}`);

    expect(await machine.disk.read('/ends.log')).toBe('terminated\n');
    expect(await isEnabled('first-run')).toBe(true);
    await machine.cutPowerAndBoot();
    await waitFor('the second start', async () => (await startsOf()).length === 2);
  });

  it('gives up on a runner that crashes again and again', async () => {
    await machine.run(`
      mkdir -p /etc/systemd/system/serving-compare-run@.service.d
      printf '[Service]\\nRestartSec=50ms\\n' >/etc/systemd/system/serving-compare-run@.service.d/quick.conf
      systemctl daemon-reload`);
    await machine.disk.write('/behaviour', 'crash');

    const { exitCode } = await runPlan('first-run');
    await waitFor('the end', async () => (await stateOf('first-run')) === 'failed');

    expect([0, 1]).toContain(exitCode);
    expect(await startsOf()).toHaveLength(6);
  });
});

describe('CancelRun', () => {
  it('lets the runner end in order, and the run is not taken up again', async () => {
    await runPlan('first-run');

    const { exitCode, stdout, stderr } = await cancel('first-run');

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      runId: 'first-run',
      unit: unitOf('first-run'),
      before: 'active',
      state: 'inactive',
    });
    expect(await machine.disk.read('/ends.log')).toBe('terminated\n');
    expect(machine.disk.exists('/var/lib/serving-compare/runs/first-run/cancelled')).toBe(true);
    await machine.cutPowerAndBoot();
    expect(await startsOf()).toHaveLength(1);
  });

  it('ends a run whose runner has just crashed and waits for its next start', async () => {
    await machine.disk.write('/behaviour', 'crash');
    await runPlan('first-run');

    const { stdout } = await cancel('first-run');

    expect(JSON.parse(stdout)).toMatchObject({ before: 'activating', state: 'inactive' });
    expect(await isEnabled('first-run')).toBe(false);
  });

  it('leaves a run that is over as it is', async () => {
    await machine.disk.write('/behaviour', 'exit 0');
    await runPlan('first-run');

    expect((await cancel('first-run')).exitCode).toBe(0);
    expect(machine.disk.exists('/var/lib/serving-compare/runs/first-run/cancelled')).toBe(false);
  });

  it('says which runs the node knows where it does not know this one', async () => {
    expect((await cancel('no-run')).stderr).toBe(
      'error: this node has no run no-run; it knows: none\n',
    );
    await runPlan('first-run');

    const { exitCode, stderr } = await cancel('no-run');

    expect(exitCode).toBe(1);
    expect(stderr).toBe('error: this node has no run no-run; it knows: first-run \n');
  });

  it('does not keep a run from being taken up again on purpose', async () => {
    await runPlan('first-run');
    await cancel('first-run');

    const { exitCode } = await runPlan('first-run', { SSM_Pairs: '1:1+3,2:2' });

    expect(exitCode).toBe(0);
    expect(await startsOf()).toHaveLength(2);
    expect((await startsOf())[1]).toMatchObject({ request: { PAIRS: '1:1+3,2:2' } });
  });
});
