import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandResult, Emulator } from '../support/emulator.ts';
import { successOf } from '../support/success.ts';
import { readUntil } from '../../support/read-until.ts';
import { bootNode, COMMANDS, startMachines, type MachineNode } from '../support/machine-node.ts';
import { middlewareNodeFile } from './support/node-environment-file.ts';

const RUN = 'first-run';
const unitOf = (runId: string): string => `serving-compare-run@${runId}.service`;

let emulator: Emulator;
let node: MachineNode;

beforeAll(async () => {
  emulator = await startMachines();
  successOf(await emulator.run('aws', ['s3', 'mb', 's3://bench-results']));
});

afterAll(() => emulator.stop());

beforeEach(async () => {
  node = await bootNode(emulator, {
    '/etc/serving-compare/node.env': middlewareNodeFile(),
    '/opt/serving-compare/bin/serving-compare.js': readFileSync(
      join(import.meta.dirname, 'support/bench-stand-in.js'),
      'utf8',
    ),
  });
  const unit = 'serving-compare-run@.service';
  await node.run(
    `cp /opt/serving-compare/lib/aws/node/systemd/${unit} /etc/systemd/system/; systemctl daemon-reload`,
  );
});

const runPlan = (
  runId = RUN,
  more: Readonly<Record<string, string>> = {},
): Promise<CommandResult> =>
  node.run(`bash ${COMMANDS}/run-plan.sh`, {
    SSM_RunId: runId,
    SSM_Pairs: '1,2',
    SSM_Options: '--levels 1,8 --repeats 3',
    SSM_EndNodes: 'false',
    ...more,
  });

const cancel = (runId = RUN): Promise<CommandResult> =>
  node.run(`bash ${COMMANDS}/cancel-run.sh`, { SSM_RunId: runId });

const isEnabled = async (): Promise<boolean> =>
  (await node.run(`systemctl is-enabled ${unitOf(RUN)}`)).code === 0;

/** What the runner received at each start. */
const starts = async (): Promise<readonly unknown[]> =>
  (await node.read('/starts.log'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);

const untilStarted = async (times: number): Promise<void> => {
  await readUntil(starts, ({ length }) => length === times, 120_000, 100);
};

describe('RunPlan', () => {
  it('starts the runner in a unit of its own, with the request and the environment of the node', async () => {
    const { code, stdout, stderr } = await runPlan();

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({ runId: RUN, unit: unitOf(RUN), state: 'active' });
    expect(await starts()).toEqual([
      {
        args: ['node-run', '--run-id', RUN],
        request: { PAIRS: '1,2', OPTIONS: '--levels 1,8 --repeats 3' },
        SC_BUCKET: 'bench-results',
      },
    ]);
  });

  it('ends the node if the runner says that it is no longer needed', async () => {
    await node.write('/behaviour', 'done');
    await runPlan('last-run', { SSM_EndNodes: 'true' });
    await readUntil(node.isRunning, (isRunning) => !isRunning, 120_000, 200);

    expect(await node.isRunning()).toBe(false);
  });

  it('leaves a running run alone, and refuses another run or other parameters', async () => {
    await runPlan();
    const again = await runPlan();
    const other = await runPlan('second-run');
    const changed = await runPlan(RUN, { SSM_Pairs: '2' });

    expect(again.code).toBe(0);
    expect(other).toMatchObject({ code: 1, stdout: '' });
    expect(other.stderr).toContain(RUN);
    expect(changed).toMatchObject({ code: 1, stdout: '' });
    expect(await starts()).toHaveLength(1);
  });

  it('fails with the last lines of a runner that cannot run at all', async () => {
    await node.write('/behaviour', 'exit 2');
    const { code, stdout, stderr } = await runPlan();

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/\bE_RUNNER\b.*\bfirst-run\b/s);
    expect(await isEnabled()).toBe(false);
  });
});

describe('the unit of a run', () => {
  it.each([0, 1])('is over, even after a reboot, when the runner ends with %d', async (code) => {
    await node.write('/behaviour', `exit ${code}`);
    await runPlan();

    expect(await isEnabled()).toBe(false);
    await node.cutPowerAndBoot();
    expect(await starts()).toHaveLength(1);
  });

  it('resumes a run after the node lost power, and after an orderly reboot', async () => {
    await runPlan();
    await node.cutPowerAndBoot();
    await untilStarted(2);
    // A shutdown stops the unit like this.
    await node.run(`systemctl stop ${unitOf(RUN)}`);

    expect(await node.read('/ends.log')).toBe('terminated\n');
    await node.cutPowerAndBoot();
    await untilStarted(3);
    const [first, ...laterStarts] = await starts();
    expect(laterStarts).toEqual([first, first]);
  });

  it('gives up on a runner that crashes again and again', async () => {
    await node.write(
      '/etc/systemd/system/serving-compare-run@.service.d/quick.conf',
      '[Service]\nRestartSec=50ms\n',
    );
    await node.run('systemctl daemon-reload');
    await node.write('/behaviour', 'crash');
    await runPlan();
    await readUntil(
      async () => (await node.run(`systemctl is-failed ${unitOf(RUN)}`)).code,
      (code) => code === 0,
      20_000,
      100,
    );

    expect(await starts()).toHaveLength(6);
  });
});

describe('CollectLogs', () => {
  it('copies the journal and the request of the run to the bucket', async () => {
    await runPlan();
    successOf(await node.run(`bash ${COMMANDS}/collect-logs.sh`, { SSM_RunId: RUN }));
    const logs = `s3://bench-results/runs/${RUN}/pair-1/logs/middleware/`;
    const { stdout } = await emulator.run('aws', ['s3', 'ls', logs]);

    expect(stdout).toContain('journal.txt.gz');
    expect(stdout).toContain('request.env.gz');
  });
});

describe('CancelRun', () => {
  it('lets the runner end in an orderly way; the run is resumed only on request', async () => {
    await runPlan();
    const { code, stdout, stderr } = await cancel();

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ before: 'active', state: 'inactive' });
    expect(await node.read('/ends.log')).toBe('terminated\n');
    await node.cutPowerAndBoot();
    expect(await starts()).toHaveLength(1);

    await runPlan(RUN, { SSM_Pairs: '2' });
    expect((await starts())[1]).toMatchObject({ request: { PAIRS: '2' } });
  });

  it('ends a run whose runner has crashed and waits for its next start', async () => {
    await node.write('/behaviour', 'crash');
    await runPlan();

    expect(JSON.parse((await cancel()).stdout)).toMatchObject({
      before: 'activating',
      state: 'inactive',
    });
    expect(await isEnabled()).toBe(false);
  });

  it('leaves a finished run alone, and lists the runs of the node', async () => {
    await node.write('/behaviour', 'exit 0');
    await runPlan();

    expect((await cancel()).code).toBe(0);
    expect(await node.exists(`/var/lib/serving-compare/runs/${RUN}/cancelled`)).toBe(false);
    expect(await cancel('no-run')).toMatchObject({
      code: 1,
      stderr: 'error: this node has no run no-run; it has: first-run \n',
    });
  });
});
