import { join } from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { RunInstancesCommand } from '@aws-sdk/client-ec2';
import { CreateDocumentCommand } from '@aws-sdk/client-ssm';
import { createAws } from '../../../lib/bench/aws/clients.ts';
import { readJson, readText, writeJson } from '../../../lib/bench/aws/s3-objects.ts';
import { documentContent } from '../../../lib/aws/contract/documents/content.ts';
import { documents } from '../../../lib/aws/contract/documents/index.ts';
import type { NodeEnvironment } from '../../../lib/aws/contract/node-environment.ts';
import { servingNames } from '../../../serving-configs/index.ts';
import { startBench, type BenchProcess } from '../../support/bench-cli.ts';
import { newFolder } from '../../support/temporary-folder.ts';
import { middlewareNode } from '../nodes/support/node-environment-file.ts';
import type { Emulator } from '../support/emulator.ts';
import type { ServingNode } from './serving-node.ts';

/** A loopback address that no other test process uses, so that servings can use their platforms' ports. */
export const SERVING_HOST = `127.0.${1 + (process.pid % 250)}.77`;
export const BUCKET = 'results';

const verbs = {
  StartServing: 'start',
  StopServing: 'stop',
  InspectServing: 'inspect',
  DisturbServing: 'disturb',
  EndNode: 'end',
} as const;

/** A runner as a process on this machine. */
export interface Runner extends BenchProcess {
  /** The folder of its run. */
  readonly folder: string;
}

/** A node pair in the emulator, whose runner is a process on this machine. */
export interface NodePair {
  readonly servingInstance: string;
  readonly middlewareInstance: string;
  /** Starts a runner, in a new folder or in that of an earlier runner. */
  readonly startRun: (
    runId: string,
    options: string,
    more?: { readonly folder?: string; readonly env?: Readonly<Record<string, string>> },
  ) => Runner;
  /** Writes a JSON object to the bucket, as another pair would. */
  readonly put: (key: string, value: object) => Promise<void>;
  /** Reads a JSON object from the bucket. */
  readonly object: (key: string) => Promise<unknown>;
  /** Reads an object as text; empty if it does not exist. */
  readonly text: (key: string) => Promise<string>;
}

/** The content of a document, with the stand-in for the serving node as its script. */
const contentOf = (id: keyof typeof verbs, node: ServingNode): string => {
  const content = documentContent(documents[id]) as {
    mainSteps: { inputs: { runCommand: string[] } }[];
  };
  const [step] = content.mainSteps;
  if (step === undefined) throw new Error('the document has no step');
  step.inputs.runCommand = [node.script(verbs[id])];
  return JSON.stringify(content);
};

/** Creates the bucket, instances and documents of a pair in an emulator that runs commands on this machine. */
export const createNodePair = async (emulator: Emulator, node: ServingNode): Promise<NodePair> => {
  Object.assign(process.env, emulator.env);
  const aws = createAws('us-east-1');
  const { s3, ec2, ssm } = aws;
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const launch = async (InstanceType: 'g4dn.xlarge' | 'c5.xlarge'): Promise<string> => {
    const { Instances } = await ec2.send(
      new RunInstancesCommand({ ImageId: 'ami-12c6146b', InstanceType, MinCount: 1, MaxCount: 1 }),
    );
    return Instances?.[0]?.InstanceId ?? '';
  };
  const servingInstance = await launch('g4dn.xlarge');
  const middlewareInstance = await launch('c5.xlarge');
  for (const id of Object.keys(verbs) as (keyof typeof verbs)[]) {
    await ssm.send(
      new CreateDocumentCommand({
        Name: `test-${id}`,
        DocumentType: 'Command',
        DocumentFormat: 'JSON',
        Content: contentOf(id, node),
      }),
    );
  }
  const variables: NodeEnvironment = middlewareNode({
    SC_PAIR: '1',
    SC_BUCKET: BUCKET,
    SC_SERVINGS: servingNames.join(','),
    SC_SERVING_HOST: SERVING_HOST,
    SC_SERVING_INSTANCE: servingInstance,
    SC_DOCUMENTS: JSON.stringify(
      Object.fromEntries(Object.keys(verbs).map((id) => [id, `test-${id}`])),
    ),
  });
  return {
    servingInstance,
    middlewareInstance,
    startRun: (runId, options, { folder = join(newFolder(), 'run'), env = {} } = {}) => ({
      folder,
      ...startBench(`node-run --run-id ${runId} ${options} --output ${folder}`, {
        ...emulator.env,
        SC_INSTANCE_ID: middlewareInstance,
        SC_INSTANCE_TYPE: 'c5.xlarge',
        SC_AVAILABILITY_ZONE: 'us-east-1a',
        ...variables,
        ...env,
      }),
    }),
    put: (key, value) => writeJson(aws, BUCKET, key, value),
    object: (key) => readJson(aws, BUCKET, key),
    text: async (key) => (await readText(aws, BUCKET, key)) ?? '',
  };
};
