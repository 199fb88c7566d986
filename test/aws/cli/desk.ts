import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { createAws, type Aws } from '../../../lib/bench/aws/clients.ts';
import { findDeployment, type Deployment } from '../../../lib/bench/aws/deployment.ts';
import type { RunRequest } from '../../../lib/bench/aws/run-request.ts';
import { runKeys } from '../../../lib/deployment/run-keys.ts';
import { startBench, type BenchProcess, type BenchResult } from '../../support/bench-cli.ts';
import { startEmulator, type Emulator, type EmulatorSettings } from '../support/emulator.ts';
import { until } from '../support/until.ts';
import { createTinyDeployment } from './tiny-deployment.ts';

export const DEPLOYMENT = 'serving-compare';

type Variables = Readonly<Record<string, string>>;

/** An operator with a deployment of test stacks. */
export interface Desk {
  readonly emulator: Emulator;
  readonly aws: Aws;
  readonly s3: S3Client;
  readonly deployment: Deployment;
  readonly start: (args: readonly string[], env?: Variables) => BenchProcess;
  readonly bench: (args: readonly string[], env?: Variables) => Promise<BenchResult>;
  /** Keys in the results bucket below a prefix. */
  readonly keys: (prefix?: string) => Promise<readonly string[]>;
  readonly text: (key: string) => Promise<string>;
  /** Waits for the request of a run, so that its pairs can be played. */
  readonly request: (runId: string, fits?: (request: RunRequest) => boolean) => Promise<RunRequest>;
  readonly leave: () => Promise<void>;
}

const WAIT_MS = 30_000;

/** Starts an emulator with a deployment. The clients of this process lead to it too. */
export const openDesk = async (pairs: number, settings: EmulatorSettings = {}): Promise<Desk> => {
  const emulator = await startEmulator(settings);
  Object.assign(process.env, emulator.env);
  const cloudFormation = new CloudFormationClient({});
  await createTinyDeployment(cloudFormation, DEPLOYMENT, pairs);
  const aws = createAws('us-east-1');
  const deployment = await findDeployment(aws, DEPLOYMENT);
  const { bucket } = deployment;
  const start: Desk['start'] = (args, env = {}) => startBench(args, { ...emulator.env, ...env });
  const text = async (key: string): Promise<string> => {
    const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToString()) ?? '';
  };
  const keys = async (prefix = ''): Promise<readonly string[]> => {
    const { Contents = [] } = await aws.s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }),
    );
    return Contents.map(({ Key = '' }) => Key);
  };
  return {
    emulator,
    aws,
    s3: aws.s3,
    deployment,
    start,
    bench: async (args, env) => {
      const bench = start(args, env);
      const exitCode = await bench.ended;
      return { exitCode, stdout: bench.stdout(), stderr: bench.stderr() };
    },
    keys,
    text,
    request: async (runId, fits = () => true) => {
      const key = runKeys.request(runId);
      const [request] = await until(
        async () =>
          (await keys(key)).length === 0 ? [] : [JSON.parse(await text(key)) as RunRequest],
        ([one]) => one !== undefined && fits(one),
        WAIT_MS,
        200,
      );
      return request as RunRequest;
    },
    leave: async () => {
      aws.close();
      cloudFormation.destroy();
      await emulator.stop();
    },
  };
};
