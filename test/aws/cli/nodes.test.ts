import {
  CreateVolumeCommand,
  DeleteVolumeCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readNodes } from '../../../lib/bench/aws/node-states.ts';
import { putObject, writeJson } from '../../../lib/bench/aws/s3-objects.ts';
import { runKeys } from '../../../lib/aws/contract/run-keys.ts';
import { deploymentTags } from '../../../lib/aws/contract/tags.ts';
import { runBench } from '../../support/bench-cli.ts';
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
    expect(stdout).toContain('going: running, profile quick');
    expect(stdout).toMatch(/1 of 6 measurements; \d+ s to go/);
    expect(stdout).toMatch(/^1 +running +1\/3 +0 +1 min/m);
    expect(stdout).toMatch(/^2 +waiting +- /m);
    expect(stdout).toMatch(
      /the nodes cost \$1\.44 an hour and end themselves in 3 h 5\d min|4 h 00/,
    );
  });

  it('prints the same as JSON, and lists all runs', async () => {
    const status = JSON.parse((await desk.bench(['status', 'going', '--json'])).stdout) as object;

    expect(status).toMatchObject({
      usdPerHour: 1.44,
      runs: [{ runId: 'going', state: 'running', pairs: [{ pair: 1 }, { pair: 2 }] }],
    });
    expect((await desk.bench(['status'])).stdout).toMatch(/^going +running +1\/6 /m);
  });

  it('names a node that no longer exists, and exits with 1', async () => {
    await endFirstServingNode();
    await desk.emulator.set({ agentLost: 'pair=2' });
    const { exitCode, stdout } = await desk.bench(['status', 'going']);
    await desk.emulator.set({ agentLost: '' });

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/pair 1: the serving node of pair 1 \(i-\w+\) is terminated/);
    expect(stdout).toMatch(/^2 +lost /m);
    expect(stdout).toContain('npx serving-compare run --on aws --resume going');
  });
});

describe('serving-compare extend', () => {
  it('moves the deadline of the running nodes, names the others, and status shows the new deadline', async () => {
    await endFirstServingNode();
    const { exitCode, stdout, stderr } = await desk.bench(['extend', '9h', '--json']);
    const { deadline } = JSON.parse(stdout) as { readonly deadline: string };
    const [sent] = (await desk.emulator.commands()).slice(-1);
    const nodes = await readNodes(desk.aws, desk.deployment.pairs);

    expect(exitCode).toBe(1);
    expect(stderr).toContain('not extended: pair 1, serving node');
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
    [{ hang: 'pair=2' }, 'ExtendDeadline timed out'],
    [{ agentLost: 'pair=2' }, 'its SSM agent lost the connection'],
  ])('is reported with its reason: %j', async (settings, reason) => {
    await desk.emulator.set({ ...settings, timeScale: 0.02 });
    const { exitCode, stderr } = await desk.bench(['extend', '8h']);

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/not extended: pair 2, serving node i-\w+: /);
    expect(stderr).toMatch(/not extended: pair 2, middleware node i-\w+: /);
    expect(stderr).toContain(reason);
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
    expect(stdout).toContain('1 of 6 measurements are finished and kept');
    expect(stdout).toContain('npx serving-compare fetch going');
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
    expect(stdout).toMatch(/^3 of 4 nodes end themselves at /);
    expect(stderr).toContain('AWS does not allow ec2:CreateTags');
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

/** Runs the doctor and joins wrapped lines, so that each finding is one line, followed by its remedy. */
const doctor = async (...args: readonly string[]) => {
  const { exitCode, stdout } = await desk.bench(['doctor', ...args]);
  return { exitCode, stdout: stdout.replaceAll(/\n {12,}(?=\S)/g, ' ') };
};

describe('serving-compare doctor', () => {
  it('has a line for each check, and the command that fixes what fails', async () => {
    await desk.emulator.set({ quotas: { 'L-DB2E81BA': 0 }, agentLost: 'pair=1' });
    const { exitCode, stdout } = await doctor();
    await desk.emulator.set({ quotas: {}, agentLost: '' });

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^ok +credentials +arn:aws:sts::123456789012:/m);
    expect(stdout).toMatch(/^FAIL +bootstrap .*\n +npx cdk bootstrap aws:/m);
    expect(stdout).toMatch(
      /^FAIL +quota L-DB2E81BA .*\n +aws service-quotas request-service-quota-increase .*--desired-value 4/m,
    );
    expect(stdout).toMatch(/^ok +quota L-1216C47A /m);
    expect(stdout).toMatch(/^FAIL +pair 1 middleware +.*lost the connection/m);
    expect(stdout).toMatch(/^ok +pair 2 serving +i-\w+ runs, its SSM agent is online/m);
  });

  it('checks the AMIs and the zones that the configuration names', async () => {
    const { stdout: before } = await doctor();
    const named = { middlewareAmi: 'ami-0123456789abcdef0', availabilityZone: 'us-east-1e' };
    const file = join(newFolder(), 'c.json');
    writeFileSync(file, JSON.stringify(named));
    const { stdout } = await doctor('--config', file);

    expect(before).toMatch(/^ok +zones +zones with g4dn\.xlarge and c5\.xlarge: us-east-1a, /m);
    expect(stdout).toMatch(/^FAIL +zones .*: us-east-1e\n +leave availabilityZone and /m);
    expect(stdout).toMatch(/^ok +serving AMI +ami-\w+ is the newest/m);
    expect(stdout).toMatch(/^ok +middleware AMI +ami-0123456789abcdef0/m);
  });
});

describe('serving-compare leftovers', () => {
  it('lists everything of the deployment except terminated nodes', async () => {
    const terminated = await endFirstServingNode();
    const { exitCode, stdout } = await desk.bench(['leftovers']);
    const second = desk.deployment.pairs[1];

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^stack +serving-compare-pair-2 /m);
    expect(stdout).toContain(
      `aws ec2 terminate-instances --instance-ids ${second?.instances.serving} --region us-east-1`,
    );
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
    const { exitCode, stdout } = await desk.bench(['leftovers', '--config', file]);
    await desk.aws.ec2.send(new DeleteVolumeCommand({ VolumeId }));

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^1 leftover of /);
    expect(stdout).toContain(`aws ec2 delete-volume --volume-id ${VolumeId} --region us-east-1`);
    expect(stdout).toContain('No stack holds it any more');
    expect(await desk.bench(['leftovers', '--config', file])).toEqual({
      exitCode: 0,
      stdout: 'nothing is left of "other" in us-east-1\n',
      stderr: '',
    });
  });
});
