import {
  CreateVolumeCommand,
  DeleteVolumeCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { NodeOutcome } from '../../../lib/bench/aws/command-nodes.ts';
import type { Leftover } from '../../../lib/bench/aws/leftovers.ts';
import { readNodes } from '../../../lib/bench/aws/node-states.ts';
import { putObject, writeJson } from '../../../lib/bench/aws/s3-objects.ts';
import { runKeys } from '../../../lib/aws/contract/run-keys.ts';
import { deploymentTags } from '../../../lib/aws/contract/tags.ts';
import { printedCommands, runBench } from '../../support/bench-cli.ts';
import { requestedRun } from '../../support/requested-run.ts';
import { newFolder } from '../../support/temporary-folder.ts';
import { createPairStandIns } from './pair-stand-ins.ts';
import { openDesk, type Desk } from './desk.ts';

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk(2);
  const options = {
    levels: [{ loop: 'closed', virtualUsers: 1 }],
    scenarios: ['cold', 'warm'],
    repeats: 2,
  } as const;
  const request = requestedRun('going', options, [1, 2]);
  await writeJson(desk.aws, desk.deployment.bucket, runKeys.request('going'), request);
  const { write } = createPairStandIns(desk.aws, desk.deployment.bucket, request);
  await write(1, { done: 1 });
});

afterAll(() => desk.close());

const endFirstServingNode = async (): Promise<string> => {
  const id = desk.deployment.pairs[0]?.instances.serving ?? '';
  await desk.aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  return id;
};

describe('serving-compare status', () => {
  it('shows measurements and time of each pair, what the nodes cost, and when they end', async () => {
    const { exitCode, stdout } = await desk.bench(['status', 'going']);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^going: running, .*\bquick\n1 of 6 .*; \d+ s /);
    expect(stdout).toMatch(/^1 +running +1\/3 +0 +1 min/m);
    expect(stdout).toMatch(/^2 +waiting +- /m);
    expect(stdout).toMatch(/\$1\.44 .*(?:\b3 h 5\d min|4 h 00)/);
  });

  it('prints the same as JSON, and lists all runs', async () => {
    const status = JSON.parse((await desk.bench(['status', 'going', '--json'])).stdout) as object;

    expect(status).toMatchObject({
      usdPerHour: 1.44,
      runs: [
        {
          runId: 'going',
          state: 'running',
          profile: 'quick',
          pairs: [
            { pair: 1, state: 'running' },
            { pair: 2, state: 'waiting' },
          ],
        },
      ],
    });
    expect((await desk.bench(['status'])).stdout).toMatch(/^going +running +1\/6 /m);
  });

  it('names a node that no longer exists, and exits with 1', async () => {
    await endFirstServingNode();
    await desk.emulator.set({ agentLost: 'pair=2' });
    const { exitCode, stdout } = await desk.bench(['status', 'going']);
    await desk.emulator.set({ agentLost: '' });

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^pair 1: .*\(i-\w+\).*\bterminated\b/m);
    expect(stdout).toMatch(/^2 +lost /m);
    expect(printedCommands(stdout)).toEqual([
      'npx serving-compare run --on aws --resume going',
      'npx serving-compare fetch going',
    ]);
  });
});

/** What `extend --json` prints. */
interface Extended {
  readonly deadline: string;
  readonly failed: readonly NodeOutcome[];
}

describe('serving-compare extend', () => {
  it('moves the deadline of the running nodes, names the others, and status shows the new deadline', async () => {
    await endFirstServingNode();
    const { exitCode, stdout, stderr } = await desk.bench(['extend', '9h', '--json']);
    const { deadline, failed } = JSON.parse(stdout) as Extended;
    const [sent] = (await desk.emulator.commands()).slice(-1);
    const nodes = await readNodes(desk.aws, desk.deployment.pairs);

    expect(exitCode).toBe(1);
    expect(failed).toMatchObject([{ pair: 1, role: 'serving' }]);
    expect(stderr).toContain(failed[0]?.instanceId);
    expect(nodes.map(({ extendedTo }) => extendedTo?.toISOString())).toEqual([
      undefined,
      deadline,
      deadline,
      deadline,
    ]);
    expect(sent?.document).toBe(desk.deployment.documents.ExtendDeadline);
    expect(sent?.parameters.DeadlineSeconds).toEqual([String(Date.parse(deadline) / 1000)]);
    expect(Date.parse(deadline) - Date.now()).toBeGreaterThan(8.9 * 3_600_000);
  });
});

describe('a command that fails', () => {
  afterEach(() => desk.emulator.set({ hang: '', agentLost: '', timeScale: 1 }));

  it.each([
    [{ hang: 'pair=2' }, 'ExtendDeadline'],
    [{ agentLost: 'pair=2' }, 'SSM agent'],
  ])('is reported with its reason: %j', async (settings, reason) => {
    await desk.emulator.set({ ...settings, timeScale: 0.02 });
    const { exitCode, stdout, stderr } = await desk.bench(['extend', '8h', '--json']);
    const { failed } = JSON.parse(stdout) as Extended;

    expect(exitCode).toBe(1);
    expect(failed.filter(({ pair }) => pair === 2)).toMatchObject([
      { pair: 2, role: 'serving', problem: expect.stringContaining(reason) as string },
      { pair: 2, role: 'middleware', problem: expect.stringContaining(reason) as string },
    ]);
    for (const { instanceId, problem } of failed) {
      expect(stderr).toContain(`${instanceId}: ${problem}\n`);
    }
  });
});

describe('serving-compare cancel', () => {
  it('ends the run on the pairs that are working on it and says what is kept', async () => {
    const { exitCode, stdout } = await desk.bench(['cancel', 'going']);
    const [sent] = (await desk.emulator.commands()).slice(-1);

    expect(exitCode).toBe(0);
    expect(sent).toMatchObject({
      document: desk.deployment.documents.CancelRun,
      parameters: { RunId: ['going'] },
      instances: [desk.deployment.pairs[1]?.instances.middleware],
    });
    expect(stdout).toMatch(/^going .*\b1 of 1 .*; 1 of 6 /);
    expect(printedCommands(stdout)).toEqual([
      'npx serving-compare fetch going',
      'npx serving-compare run --on aws --resume going',
      'npx serving-compare finish',
    ]);
  });
});

describe('serving-compare logs', () => {
  it('collects the logs of a node and prints their ends', async () => {
    const folder = newFolder();
    const { bucket, documents } = desk.deployment;
    const key = `${runKeys.logs('going', 2, 'middleware')}journal.txt.gz`;
    await putObject(desk.aws, bucket, key, gzipSync('first\nsecond\nthird\n'));
    const args = ['--pair', '2', '--role', 'middleware', '--lines', '2', '--output', folder];
    const { exitCode, stdout } = await desk.bench(['logs', 'going', ...args]);
    const [sent] = (await desk.emulator.commands()).slice(-1);

    expect(exitCode).toBe(0);
    expect(sent).toMatchObject({
      document: documents.CollectLogs,
      instances: [desk.deployment.pairs[1]?.instances.middleware],
    });
    expect(stdout).toContain('journal.txt.gz <==\nsecond\nthird\n');
    expect(existsSync(join(folder, 'logs/pair-2-middleware/journal.txt.gz'))).toBe(true);
  });
});

describe('a request that AWS refuses', () => {
  afterEach(() => desk.emulator.set({ deny: '', throttle: '' }));

  it('is reported beside what was done if only the tag of a new deadline is refused', async () => {
    await desk.emulator.set({ deny: 'ec2:CreateTags' });
    const { exitCode, stdout, stderr } = await desk.bench(['extend', '1h']);

    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^3 of 4 /);
    expect(stderr).toMatch(/^error: .*\bec2:CreateTags\b.*\nhint: /m);
  });

  it('is tried again if requests are throttled', async () => {
    await desk.emulator.set({ throttle: 'cloudformation:ListStacks:2' });

    expect(await desk.bench(['status'])).toMatchObject({ exitCode: 0 });
    expect(await desk.emulator.control('settings')).toMatchObject({ throttle: '' });
  });

  it('cannot be sent without credentials', async () => {
    const noCredentials = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };

    expect(await desk.refusal(['status'], noCredentials)).toMatchObject({
      exitCode: 2,
      code: 'BENCH_AWS_NO_CREDENTIALS',
    });
  });

  it('cannot be sent if nothing listens at the endpoint', async () => {
    const env = { ...desk.emulator.env, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
    // In its own process: Jest hides the class of network errors.
    const { exitCode, stdout } = await runBench(['status', '--json'], env);

    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: 'BENCH_AWS_UNREACHABLE',
        hint: expect.stringContaining('http://127.0.0.1:9') as string,
      },
    });
  });
});

const leftoversOf = async (...args: readonly string[]) => {
  const { exitCode, stdout } = await desk.bench(['leftovers', ...args]);
  const json = await desk.bench(['leftovers', '--json', ...args]);
  const { leftovers } = JSON.parse(json.stdout) as { readonly leftovers: readonly Leftover[] };
  return { exitCode, stdout, leftovers };
};

describe('serving-compare leftovers', () => {
  it('lists everything of the deployment except terminated nodes', async () => {
    const terminated = await endFirstServingNode();
    const { exitCode, leftovers, stdout } = await leftoversOf();
    const serving = desk.deployment.pairs[1]?.instances.serving;

    expect(exitCode).toBe(1);
    expect(leftovers).toContainEqual(
      expect.objectContaining({ kind: 'stack', id: 'serving-compare-pair-2' }),
    );
    expect(leftovers.find(({ id }) => id === serving)).toMatchObject({
      kind: 'instance',
      remove: `aws ec2 terminate-instances --instance-ids ${serving} --region us-east-1`,
    });
    for (const { kind, id, remove } of leftovers) {
      expect(stdout.split('\n')).toContainEqual(
        expect.stringMatching(new RegExp(`^${kind} +${id} .* ${remove}$`)),
      );
    }
    expect(stdout).not.toContain(terminated);
  });

  it('names a disk that belongs to no stack; without one, it says in one line that nothing is left', async () => {
    const file = join(newFolder(), 'other.json');
    writeFileSync(file, '{"name": "other"}');
    const Tags = Object.entries(deploymentTags('other')).map(([Key, Value]) => ({ Key, Value }));
    const { VolumeId } = await desk.aws.ec2.send(
      new CreateVolumeCommand({
        AvailabilityZone: 'us-east-1a',
        Size: 100,
        TagSpecifications: [{ ResourceType: 'volume', Tags }],
      }),
    );
    const { exitCode, leftovers, stdout } = await leftoversOf('--config', file);
    await desk.aws.ec2.send(new DeleteVolumeCommand({ VolumeId }));

    expect(exitCode).toBe(1);
    expect(leftovers).toMatchObject([
      {
        kind: 'volume',
        id: VolumeId,
        remove: `aws ec2 delete-volume --volume-id ${VolumeId} --region us-east-1`,
      },
    ]);
    expect(stdout).toMatch(/^1 /);
    // No stack holds it, so none is proposed to be destroyed.
    expect(stdout).not.toContain('cdk destroy');
    expect(await desk.bench(['leftovers', '--config', file])).toEqual({
      exitCode: 0,
      stdout: 'nothing is left of "other" in us-east-1\n',
      stderr: '',
    });
  });
});
