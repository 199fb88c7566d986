import { servingNames, type ServingName } from '../../../serving-configs/index.ts';
import { readVariables, type Options } from '../../../serving-configs/options/command.ts';
import { choice, integer, list, number, text } from '../../../serving-configs/options/kinds.ts';
import { UsageError } from '../../../serving-configs/options/usage-error.ts';
import {
  SERVING_RUNTIMES,
  type NodeEnvironment,
  type ServingRuntime,
} from '../../deployment/node-environment.ts';
import { nodePaths } from '../../deployment/node-paths.ts';
import { BenchError } from '../model/errors.ts';

/** What the runner of a middleware node knows of its place. */
export interface NodeSettings {
  readonly deployment: string;
  readonly pair: number;
  readonly region: string;
  /** Name of the results bucket. */
  readonly bucket: string;
  readonly runtime: ServingRuntime;
  /** The servings of this deployment. */
  readonly servings: readonly ServingName[];
  /** Of the whole pair; undefined where no price is listed. */
  readonly pricePerHourUsd: number | undefined;
  readonly bootstrapVersion: string;
  /** Commit of the bundle; empty where it is not known. */
  readonly commit: string;
  readonly servingHost: string;
  readonly servingInstance: string;
  /** Names of the documents that drive the serving node. */
  readonly documents: Readonly<
    Record<'StartServing' | 'StopServing' | 'InspectServing' | 'EndNode', string>
  >;
}

const needed = { kind: text('TEXT', 'a text'), description: '', required: true } as const;

const variables = {
  SC_DEPLOYMENT: needed,
  // The runner is for no other.
  SC_ROLE: { ...needed, kind: choice('role of a runner', ['middleware']) },
  SC_PAIR: { ...needed, kind: integer(1, 99) },
  SC_REGION: needed,
  SC_BUCKET: needed,
  SC_RUNTIME: { ...needed, kind: choice('runtime', SERVING_RUNTIMES) },
  SC_SERVINGS: { ...needed, kind: list(choice('serving', servingNames)) },
  SC_PRICE_PER_HOUR: { kind: number(0, 1_000_000), description: '' },
  SC_BOOTSTRAP_VERSION: needed,
  SC_COMMIT: { kind: needed.kind, description: '', default: '' },
  SC_SERVING_HOST: needed,
  SC_SERVING_INSTANCE: needed,
  SC_DOCUMENT_START_SERVING: needed,
  SC_DOCUMENT_STOP_SERVING: needed,
  SC_DOCUMENT_INSPECT_SERVING: needed,
  SC_DOCUMENT_END_NODE: needed,
} as const satisfies Options & Partial<Record<keyof NodeEnvironment, unknown>>;

const HINT =
  `this command runs on the middleware node of a pair, where ${nodePaths.environment} holds these variables; ` +
  'from elsewhere a run is started with "npx serving-compare run --on aws"';

/**
 * Reads the node's variables.
 *
 * @throws BenchError that lists everything that is missing or wrong at once.
 */
export const readNodeSettings = (
  env: Readonly<Record<string, string | undefined>>,
): NodeSettings => {
  try {
    const values = readVariables(variables, env);
    return {
      deployment: values.SC_DEPLOYMENT,
      pair: values.SC_PAIR,
      region: values.SC_REGION,
      bucket: values.SC_BUCKET,
      runtime: values.SC_RUNTIME,
      servings: values.SC_SERVINGS,
      pricePerHourUsd: values.SC_PRICE_PER_HOUR,
      bootstrapVersion: values.SC_BOOTSTRAP_VERSION,
      commit: values.SC_COMMIT,
      servingHost: values.SC_SERVING_HOST,
      servingInstance: values.SC_SERVING_INSTANCE,
      documents: {
        StartServing: values.SC_DOCUMENT_START_SERVING,
        StopServing: values.SC_DOCUMENT_STOP_SERVING,
        InspectServing: values.SC_DOCUMENT_INSPECT_SERVING,
        EndNode: values.SC_DOCUMENT_END_NODE,
      },
    };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new BenchError('BENCH_NOT_A_NODE', error.message, { hint: HINT });
  }
};
