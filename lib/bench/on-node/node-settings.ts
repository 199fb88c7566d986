import { isServingName, type ServingName } from '../../../serving-configs/index.ts';
import type { NodeEnvironment, ServingRuntime } from '../../aws/contract/node-environment.ts';
import { nodePaths } from '../../aws/contract/node-paths.ts';
import { BenchError } from '../model/errors.ts';

/** What the runner of a middleware node knows about its deployment, its pair and its serving node. */
export interface NodeSettings {
  readonly deployment: string;
  readonly pair: number;
  readonly region: string;
  readonly availabilityZone: string;
  /** Name of the results bucket. */
  readonly bucket: string;
  readonly runtime: ServingRuntime;
  /** Cores of the serving node. */
  readonly cores: number;
  /** The servings of this deployment. */
  readonly servings: readonly ServingName[];
  /** Price of the whole pair; undefined if it is not listed. */
  readonly pricePerHourUsd: number | undefined;
  readonly bootstrapVersion: string;
  /** Commit of the bundle; empty if it is not known. */
  readonly commit: string;
  readonly servingHost: string;
  readonly servingInstance: string;
  /** Generated names of the documents that control the serving node. */
  readonly documents: Readonly<
    Record<'StartServing' | 'StopServing' | 'InspectServing' | 'DisturbServing' | 'EndNode', string>
  >;
}

const HINT =
  `this command needs a middleware node, whose variables are in ${nodePaths.environment}; ` +
  'elsewhere, start a run with "npx serving-compare run --on aws"';

/**
 * Reads the environment variables of a node, see {@link NodeEnvironment}.
 *
 * @throws BenchError if this machine is not a middleware node.
 */
export const readNodeSettings = (
  env: Readonly<Record<string, string | undefined>>,
): NodeSettings => {
  const textOf = (name: keyof NodeEnvironment): string => env[name] ?? '';
  if (textOf('SC_ROLE') !== 'middleware') {
    throw new BenchError('BENCH_NOT_A_NODE', 'this machine is not a middleware node', {
      hint: HINT,
    });
  }
  const price = textOf('SC_PRICE_PER_HOUR');
  return {
    deployment: textOf('SC_DEPLOYMENT'),
    pair: Number(textOf('SC_PAIR')),
    region: textOf('SC_REGION'),
    availabilityZone: textOf('SC_AVAILABILITY_ZONE'),
    bucket: textOf('SC_BUCKET'),
    runtime: textOf('SC_RUNTIME') as ServingRuntime,
    cores: Number(textOf('SC_SERVING_CORES')),
    servings: textOf('SC_SERVINGS').split(',').filter(isServingName),
    pricePerHourUsd: price === '' ? undefined : Number(price),
    bootstrapVersion: textOf('SC_BOOTSTRAP_VERSION'),
    commit: textOf('SC_COMMIT'),
    servingHost: textOf('SC_SERVING_HOST'),
    servingInstance: textOf('SC_SERVING_INSTANCE'),
    documents: JSON.parse(textOf('SC_DOCUMENTS')) as NodeSettings['documents'],
  };
};
