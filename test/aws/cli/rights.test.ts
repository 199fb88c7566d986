import { join } from 'node:path';
import { runKeys } from '../../../lib/aws/contract/run-keys.ts';
import { writeJson } from '../../../lib/bench/aws/s3-objects.ts';
import { words } from '../../support/bench-cli.ts';
import { requestedRun } from '../../support/requested-run.ts';
import { amis } from '../../support/stack-configurations.ts';
import { listOf, ofType, statementsOf, synthesise } from '../../support/stacks.ts';
import { newFolder } from '../../support/temporary-folder.ts';
import { createPairStandIns } from './pair-stand-ins.ts';
import { openDesk, type Desk } from './desk.ts';

/** Calls whose action has another name in IAM; undefined: no right is needed. */
const ACTIONS: Readonly<Record<string, string | undefined>> = {
  's3:CreateMultipartUpload': 's3:PutObject',
  's3:DeleteObjects': 's3:DeleteObject',
  's3:HeadObject': 's3:GetObject',
  's3:ListObjectsV2': 's3:ListBucket',
  'sts:GetCallerIdentity': undefined,
};

/** What `doctor` tries only for those who deploy; to others it says that it could not. */
const OF_DEPLOYERS = new Set([
  'ec2:RunInstances',
  'ec2:CreateCapacityReservation',
  'ec2:CancelCapacityReservation',
]);

const allowed = new Set(
  ofType(synthesise(amis), 'AWS::IAM::ManagedPolicy')
    .flatMap(statementsOf)
    .flatMap(({ Action }) => listOf(Action)),
);

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk(2);
  const options = { levels: [{ loop: 'closed', virtualUsers: 1 }], repeats: 1 } as const;
  const { bucket } = desk.deployment;
  const standInsOf = async (runId: string, pair: number) => {
    const request = requestedRun(runId, options, [pair]);
    await writeJson(desk.aws, bucket, runKeys.request(runId), request);
    return createPairStandIns(desk.aws, bucket, request);
  };
  await (await standInsOf('done', 1)).write(1);
  await (await standInsOf('half', 2)).write(2, { done: 1, status: { state: 'cancelled' } });
});

afterAll(() => desk.close());

/** Runs a command and returns the actions that AWS was asked for. */
const actionsOf = async (line: string): Promise<readonly string[]> => {
  await desk.emulator.control('calls', []);
  await desk.bench(words(line.replace('FOLDER', join(newFolder(), 'run'))));
  const calls = (await desk.emulator.control('calls')) as readonly string[];
  return calls.flatMap((call) => (Object.hasOwn(ACTIONS, call) ? (ACTIONS[call] ?? []) : call));
};

describe('the policy of operators', () => {
  it.each([
    ['fetch done --output FOLDER', 's3:GetObject'],
    ['fetch done --delete --output FOLDER', 's3:DeleteObject'],
    ['run --on aws --profile quick --run-id asked --pairs 1 --detach', 's3:PutObject'],
    ['run --on aws --resume half --detach', 'ssm:SendCommand'],
    ['status asked', 's3:GetObject'],
    ['logs asked --output FOLDER', 'ssm:SendCommand'],
    ['extend 2h', 'ec2:CreateTags'],
    ['cancel asked', 'ssm:GetCommandInvocation'],
    ['fetch --all --delete --output FOLDER', 's3:ListBucket'],
    ['leftovers', 'ec2:DescribeVolumes'],
    ['doctor --capacity', 'servicequotas:GetServiceQuota'],
  ])('allows all that AWS is asked for by "%s", such as %s', async (line, example) => {
    const actions = await actionsOf(line);

    expect(actions).toContain(example);
    expect(actions.filter((action) => !allowed.has(action) && !OF_DEPLOYERS.has(action))).toEqual(
      [],
    );
  });
});
