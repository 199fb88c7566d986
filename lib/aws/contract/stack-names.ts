import type { DocumentId } from './documents/index.ts';

/** The stack that all node pairs of a deployment share. */
export const baseStackName = (deployment: string): string => `${deployment}-base`;

/** The stack of one node pair; `pair` counts from 1. */
export const pairStackName = (deployment: string, pair: number): string =>
  `${deployment}-pair-${pair}`;

/** Parses the number of a pair from the name of its stack; undefined for any other stack. */
export const pairOfStackName = (deployment: string, stackName: string): number | undefined => {
  const prefix = `${deployment}-pair-`;
  if (!stackName.startsWith(prefix)) return undefined;
  const pair = Number(stackName.slice(prefix.length));
  return Number.isInteger(pair) && pair > 0 ? pair : undefined;
};

/** Keys of the base stack's outputs that programs read. Those of documents are {@link documentOutputKey}. */
export const baseOutputKeys = {
  resultsBucket: 'ResultsBucket',
  logGroup: 'LogGroup',
  operatorPolicy: 'OperatorPolicyArn',
} as const;

/** Keys of a pair stack's outputs that programs read. */
export const pairOutputKeys = {
  servingInstance: 'ServingInstanceId',
  middlewareInstance: 'MiddlewareInstanceId',
  /** Images and zone of the nodes, which later deployments keep. */
  servingImage: 'ServingImageId',
  middlewareImage: 'MiddlewareImageId',
  availabilityZone: 'AvailabilityZone',
  /** Price of the pair in US dollars per hour, or "unknown" if `lib/aws/prices/prices.json` lacks it. */
  pricePerHour: 'PricePerHourUsd',
  /** Hours from the boot of a node until it ends itself. */
  maxHours: 'MaxHours',
  runtime: 'Runtime',
  /** What containers compute on: `gpu` or `cpu`. */
  accelerator: 'Accelerator',
  /** vCPUs of the serving node, by its instance type. */
  servingCores: 'ServingCores',
  /** Ids of the servings that the nodes can start, separated by commas. */
  servings: 'Servings',
  /** JSON object whose `serving` names the servings that cannot start, with the reasons; see `unavailable-servings.ts`. */
  unavailable: 'UnavailableServings',
} as const;

/** Key of the base stack's output with the name of an SSM document. */
export const documentOutputKey = (id: DocumentId): string => `Document${id}`;
