import { createAws, type Aws } from '../../../lib/bench/aws/clients.ts';
import { findDeployment, type Deployment } from '../../../lib/bench/aws/deployment.ts';
import { listObjects, readText } from '../../../lib/bench/aws/objects.ts';
import type { RunRequest } from '../../../lib/bench/aws/run-request.ts';
import { runKeys } from '../../../lib/deployment/run-keys.ts';
import { startBench, type BenchProcess, type BenchResult } from '../../support/bench-cli.ts';
import { startEmulator, type Emulator } from '../support/emulator.ts';
import { until } from '../support/until.ts';
import { createTinyDeployment } from './tiny-deployment.ts';

export const DEPLOYMENT = 'serving-compare';

type Variables = Readonly<Record<string, string>>;

/** An operator with a deployment of test stacks. */
export interface Desk {
  readonly emulator: Emulator;
  readonly aws: Aws;
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
export const openDesk = async (pairs: number): Promise<Desk> => {
  const emulator = await startEmulator();
  Object.assign(process.env, emulator.env);
  const aws = createAws('us-east-1');
  await createTinyDeployment(aws.cloudFormation, DEPLOYMENT, pairs);
  const deployment = await findDeployment(aws, DEPLOYMENT);
  const { bucket } = deployment;
  const start: Desk['start'] = (args, env = {}) => startBench(args, { ...emulator.env, ...env });
  const text = async (key: string): Promise<string> => (await readText(aws, bucket, key)) ?? '';
  const keys = async (prefix = ''): Promise<readonly string[]> =>
    (await listObjects(aws, bucket, prefix)).map(({ key }) => key);
  return {
    emulator,
    aws,
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
      await emulator.stop();
    },
  };
};
