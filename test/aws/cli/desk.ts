import { createAws, type Aws } from '../../../lib/bench/aws/clients.ts';
import { findDeployment, type Deployment } from '../../../lib/bench/aws/find-deployment.ts';
import { listObjects, readText } from '../../../lib/bench/aws/s3-objects.ts';
import type { RunRequest } from '../../../lib/bench/aws/run-request.ts';
import { runKeys } from '../../../lib/aws/contract/run-keys.ts';
import {
  callBench,
  refusalOf,
  startBench,
  type BenchFailure,
  type BenchProcess,
  type BenchResult,
} from '../../support/bench-cli.ts';
import { startEmulator, type Emulator } from '../support/emulator.ts';
import { readUntil } from '../../support/read-until.ts';
import { createTinyDeployment } from './tiny-deployment.ts';

const DEPLOYMENT = 'serving-compare';

type Variables = Readonly<Record<string, string>>;

/** An operator's command line, with a deployment in the emulator. */
export interface Desk {
  readonly emulator: Emulator;
  readonly aws: Aws;
  readonly deployment: Deployment;
  /** Runs a command in this process. */
  readonly bench: (args: readonly string[], env?: Variables) => Promise<BenchResult>;
  /** Runs a command in this process that is refused, and returns its error. */
  readonly refusal: (args: readonly string[], env?: Variables) => Promise<BenchFailure>;
  /** Starts a command in its own process, for runs that are followed or interrupted. */
  readonly start: (args: readonly string[]) => BenchProcess;
  /** Lists the keys in the results bucket below a prefix. */
  readonly listKeys: (prefix?: string) => Promise<readonly string[]>;
  /** Reads an object of the results bucket; empty if there is none. */
  readonly readText: (key: string) => Promise<string>;
  /** Waits until the bucket holds a matching request of a run. */
  readonly untilRequested: (
    runId: string,
    matches?: (request: RunRequest) => boolean,
  ) => Promise<RunRequest>;
  readonly close: () => Promise<void>;
}

const WAIT_MS = 30_000;

/** Starts an emulator with a deployment. The AWS clients of this process use the emulator, too. */
export const openDesk = async (pairs: number): Promise<Desk> => {
  const emulator = await startEmulator();
  Object.assign(process.env, emulator.env);
  const aws = createAws('us-east-1');
  await createTinyDeployment(aws.cloudFormation, DEPLOYMENT, pairs);
  const deployment = await findDeployment(aws, DEPLOYMENT);
  const { bucket } = deployment;
  return {
    emulator,
    aws,
    deployment,
    bench: callBench,
    refusal: refusalOf,
    start: (args) => startBench(args, emulator.env),
    listKeys: async (prefix = '') => (await listObjects(aws, bucket, prefix)).map(({ key }) => key),
    readText: async (key) => (await readText(aws, bucket, key)) ?? '',
    untilRequested: async (runId, matches = () => true) => {
      const request = await readUntil(
        async () => {
          const text = await readText(aws, bucket, runKeys.request(runId));
          return text === undefined ? undefined : (JSON.parse(text) as RunRequest);
        },
        (found) => found !== undefined && matches(found),
        WAIT_MS,
        200,
      );
      return request as RunRequest;
    },
    close: async () => {
      aws.close();
      await emulator.stop();
    },
  };
};
