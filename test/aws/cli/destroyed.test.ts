import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateVolumeCommand, DeleteVolumeCommand } from '@aws-sdk/client-ec2';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newRunRequest } from '../../../lib/bench/aws/run-request.ts';
import { runKeys } from '../../../lib/deployment/run-keys.ts';
import { baseStackName, pairStackName } from '../../../lib/deployment/stack-names.ts';
import { PROJECT_TAG_VALUE, tagKeys } from '../../../lib/deployment/tags.ts';
import { useTemporaryFolders } from '../../support/temporary-folder.ts';
import { playPairs, putObject } from './played-pair.ts';
import { DEPLOYMENT, openDesk, type Desk } from './desk.ts';

const newFolder = useTemporaryFolders();

jest.setTimeout(120_000);

let place: Desk;
let cloudFormation: CloudFormationClient;

beforeAll(async () => {
  place = await openDesk(1);
  cloudFormation = new CloudFormationClient({});
});

afterAll(async () => {
  cloudFormation.destroy();
  await place.leave();
});

/** Deletes a stack and returns the state in which that ended; undefined where it is gone. */
const deleteStack = async (StackName: string): Promise<string | undefined> => {
  await cloudFormation.send(new DeleteStackCommand({ StackName }));
  for (;;) {
    try {
      const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
      const status = Stacks[0]?.StackStatus;
      if (status !== 'DELETE_IN_PROGRESS') return status;
    } catch {
      return undefined;
    }
    await sleep(200);
  }
};

describe('a deployment that was destroyed with results in its bucket', () => {
  it('is kept by them; fetching with --delete saves them, and then nothing is left', async () => {
    const request = newRunRequest(
      { name: DEPLOYMENT, servings: ['tfserving'] },
      { levels: [{ loop: 'closed', virtualUsers: 1 }], repeats: 1, noopLimits: 'none' },
      { runId: 'kept', pairs: [1], at: new Date() },
    );
    await putObject(place.s3, place.deployment.bucket, runKeys.request('kept'), request);
    const pairs = playPairs(place.s3, place.deployment.bucket, request);
    await pairs.write(1, { measurements: pairs.share(1), done: pairs.share(1).length });

    await deleteStack(pairStackName(DEPLOYMENT, 1));
    expect(await deleteStack(baseStackName(DEPLOYMENT))).toBe('DELETE_FAILED');

    const left = await place.bench(['sweep']);
    expect(left.exitCode).toBe(1);
    expect(left.stdout).toMatch(
      /^stack +serving-compare-base +DELETE_FAILED.* npx serving-compare fetch --all --delete && npx cdk destroy --all$/m,
    );

    const refused = await place.bench(['run', '--on', 'aws']);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('could not be deleted');

    const folder = newFolder();
    const fetched = await place.bench(['fetch', '--all', '--delete', '--output', folder]);
    expect(fetched.exitCode).toBe(0);
    expect(existsSync(join(folder, 'kept/report.html'))).toBe(true);

    expect(await deleteStack(baseStackName(DEPLOYMENT))).toBeUndefined();
    expect(await place.bench(['sweep'])).toMatchObject({
      exitCode: 0,
      stdout: 'nothing is left of "serving-compare" in us-east-1\n',
    });
  });

  it('is not gone while a disk is left that no stack knows', async () => {
    const tags = { [tagKeys.project]: PROJECT_TAG_VALUE, [tagKeys.deployment]: DEPLOYMENT };
    const { VolumeId } = await place.aws.ec2.send(
      new CreateVolumeCommand({
        AvailabilityZone: 'us-east-1a',
        Size: 100,
        TagSpecifications: [
          {
            ResourceType: 'volume',
            Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
          },
        ],
      }),
    );

    const { exitCode, stdout } = await place.bench(['sweep']);
    await place.aws.ec2.send(new DeleteVolumeCommand({ VolumeId }));

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^1 thing is left /);
    expect(stdout).toContain(`aws ec2 delete-volume --volume-id ${VolumeId} --region us-east-1`);
    expect(stdout).toContain('No stack holds it any more');
    expect(await place.bench(['sweep'])).toMatchObject({ exitCode: 0 });
  });
});
