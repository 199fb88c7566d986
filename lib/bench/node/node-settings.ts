import { servingNames, type ServingName } from '../../../serving-configs/index.ts';
import {
  SERVING_RUNTIMES,
  type NodeEnvironment,
  type ServingRuntime,
} from '../../deployment/node-environment.ts';
import { nodePaths } from '../../deployment/node-paths.ts';
import { BenchError } from '../errors.ts';

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

type Variable = keyof NodeEnvironment;
type Variables = Readonly<Record<string, string | undefined>>;

const NEEDED = [
  'SC_DEPLOYMENT',
  'SC_ROLE',
  'SC_PAIR',
  'SC_REGION',
  'SC_BUCKET',
  'SC_RUNTIME',
  'SC_SERVINGS',
  'SC_BOOTSTRAP_VERSION',
  'SC_SERVING_HOST',
  'SC_SERVING_INSTANCE',
  'SC_DOCUMENT_START_SERVING',
  'SC_DOCUMENT_STOP_SERVING',
  'SC_DOCUMENT_INSPECT_SERVING',
  'SC_DOCUMENT_END_NODE',
] as const satisfies readonly Variable[];

const HINT =
  `this command runs on the middleware node of a pair, where ${nodePaths.environment} holds these variables; ` +
  'from elsewhere a run is started with "npx serving-compare run --on aws"';

const refuse = (problems: readonly string[]): BenchError =>
  new BenchError('BENCH_NOT_A_NODE', problems.join('\n'), { hint: HINT });

/** All that is wrong with values that are there. */
const problemsOf = (env: Variables, servings: readonly string[]): readonly string[] => {
  const unknown = servings.filter((name) => !servingNames.some((known) => known === name));
  const checks: readonly (readonly [boolean, Variable, string])[] = [
    [env.SC_ROLE === 'middleware', 'SC_ROLE', 'the runner is for the role middleware'],
    [/^[1-9]\d*$/.test(env.SC_PAIR ?? ''), 'SC_PAIR', 'pairs are numbered from 1'],
    [
      SERVING_RUNTIMES.some((one) => one === env.SC_RUNTIME),
      'SC_RUNTIME',
      `known are ${SERVING_RUNTIMES.join(' and ')}`,
    ],
    [unknown.length === 0, 'SC_SERVINGS', `there is no serving ${unknown.join(', ')}`],
    [
      Number(env.SC_PRICE_PER_HOUR ?? '') >= 0,
      'SC_PRICE_PER_HOUR',
      'US dollars an hour are a number',
    ],
  ];
  return checks.flatMap(([fits, name, why]) =>
    fits ? [] : [`${name} is "${env[name] ?? ''}": ${why}`],
  );
};

/**
 * Reads the node's variables.
 *
 * @throws BenchError that lists everything that is missing or wrong at once.
 */
export const readNodeSettings = (env: Variables): NodeSettings => {
  const missing = NEEDED.filter((name) => (env[name] ?? '') === '');
  if (missing.length > 0) {
    throw refuse([`this machine lacks the variables ${missing.join(', ')}`]);
  }
  const servings = (env.SC_SERVINGS ?? '').split(',');
  const problems = problemsOf(env, servings);
  if (problems.length > 0) throw refuse(problems);
  const text = (name: Variable): string => env[name] ?? '';
  return {
    deployment: text('SC_DEPLOYMENT'),
    pair: Number(text('SC_PAIR')),
    region: text('SC_REGION'),
    bucket: text('SC_BUCKET'),
    runtime: text('SC_RUNTIME') as ServingRuntime,
    servings: servings as readonly ServingName[],
    pricePerHourUsd:
      text('SC_PRICE_PER_HOUR') === '' ? undefined : Number(text('SC_PRICE_PER_HOUR')),
    bootstrapVersion: text('SC_BOOTSTRAP_VERSION'),
    commit: text('SC_COMMIT'),
    servingHost: text('SC_SERVING_HOST'),
    servingInstance: text('SC_SERVING_INSTANCE'),
    documents: {
      StartServing: text('SC_DOCUMENT_START_SERVING'),
      StopServing: text('SC_DOCUMENT_STOP_SERVING'),
      InspectServing: text('SC_DOCUMENT_INSPECT_SERVING'),
      EndNode: text('SC_DOCUMENT_END_NODE'),
    },
  };
};
