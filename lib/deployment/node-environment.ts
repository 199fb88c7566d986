import type { Accelerator } from '../../serving-configs/manifest.ts';
import type { NodeRole } from './tags.ts';

/** What processes inside the serving node's containers or beside them: see `serving-configs/runtimes/node/`. */
export const SERVING_RUNTIMES = ['simulated', 'container'] as const;
export type ServingRuntime = (typeof SERVING_RUNTIMES)[number];

/** What nodes can build models from. */
export const AWS_WEIGHTS = ['published', 'lite0', 'random'] as const;
export type AwsWeights = (typeof AWS_WEIGHTS)[number];

/**
 * The variables that user data writes to the node's environment file, for scripts, units and the runner. All values are
 * single-line text without single quotes.
 */
export interface NodeEnvironment {
  readonly SC_DEPLOYMENT: string;
  readonly SC_ROLE: NodeRole;
  /** Number of the pair, from 1. */
  readonly SC_PAIR: string;
  readonly SC_REGION: string;
  /** Name of the results bucket. */
  readonly SC_BUCKET: string;
  readonly SC_RUNTIME: ServingRuntime;
  /** Ids of the servings that this deployment may run, separated by commas. */
  readonly SC_SERVINGS: string;
  /** Name of the log group of the deployment. */
  readonly SC_LOG_GROUP: string;
  /** US dollars an hour of the whole pair, or empty where a price is not known. */
  readonly SC_PRICE_PER_HOUR: string;
  /** Hours from boot until the node ends itself. */
  readonly SC_MAX_HOURS: string;
  readonly SC_BOOTSTRAP_VERSION: string;
  /** What containers compute on. */
  readonly SC_ACCELERATOR: Accelerator;
  /** JSON: image reference by serving id, of those that the configuration names. */
  readonly SC_IMAGES: string;
  /** A registry that holds copies of all images, or empty. */
  readonly SC_REGISTRY: string;
  readonly SC_WEIGHTS: AwsWeights;
  /** S3 address of a .tar.gz with the built models, or empty: they are built from the weights. */
  readonly SC_MODELS_URL: string;
  /** On the middleware node: private address of its serving node. */
  readonly SC_SERVING_HOST?: string;
  /** On the middleware node: instance id of its serving node. */
  readonly SC_SERVING_INSTANCE?: string;
  /** On the middleware node, JSON: names of the documents that it sends to its serving node, by their ids. */
  readonly SC_DOCUMENTS?: string;
  /** On the middleware node: version, address and SHA-256 (hex, or empty) of the k6 release. */
  readonly SC_K6_VERSION?: string;
  readonly SC_K6_URL?: string;
  readonly SC_K6_SHA256?: string;
  /** Written by the bootstrap: commit of the bundle, or empty where it was made outside a checkout. */
  readonly SC_COMMIT?: string;
  /**
   * Written by the bootstrap, from the metadata service: private address, instance id and type, zone, image, and
   * `on-demand` or `spot`; "unknown" where the service does not say it.
   */
  readonly SC_ADDRESS?: string;
  readonly SC_INSTANCE_ID?: string;
  readonly SC_INSTANCE_TYPE?: string;
  readonly SC_AVAILABILITY_ZONE?: string;
  readonly SC_AMI_ID?: string;
  readonly SC_LIFECYCLE?: string;
}
