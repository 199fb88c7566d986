import type { Accelerator } from '../../../serving-configs/manifest.ts';
import type { NodeRole } from './tags.ts';

/** What runs on serving nodes, see `serving-configs/runtimes/aws-node/`. */
export const SERVING_RUNTIMES = ['simulated', 'container'] as const;
export type ServingRuntime = (typeof SERVING_RUNTIMES)[number];

/** The weights that nodes can build models from. */
export const AWS_WEIGHTS = ['published', 'lite0', 'random'] as const;
export type AwsWeights = (typeof AWS_WEIGHTS)[number];

/**
 * The variables in a node's environment file, for scripts, units and the runner. The user data writes the file. Values have
 * no line breaks and no single quotes.
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
  /** Ids of the deployed servings, separated by commas. */
  readonly SC_SERVINGS: string;
  /** Name of the log group of the deployment. */
  readonly SC_LOG_GROUP: string;
  /** Price of the whole pair in US dollars per hour, or empty if it is not known. */
  readonly SC_PRICE_PER_HOUR: string;
  /** Hours from boot until the node ends itself. */
  readonly SC_MAX_HOURS: string;
  readonly SC_BOOTSTRAP_VERSION: string;
  /** What containers compute on. */
  readonly SC_ACCELERATOR: Accelerator;
  /** vCPUs of the instance type of the serving node. */
  readonly SC_SERVING_CORES: string;
  /** Whether the instance type of the serving node has NVMe disks of its own. */
  readonly SC_NVME: 'yes' | 'no';
  /** JSON: the image references in the configuration, by serving id. */
  readonly SC_IMAGES: string;
  /** A registry with copies of all images, or empty. */
  readonly SC_REGISTRY: string;
  /** Hosts of the private registries of Amazon ECR that images come from, separated by commas; absent if there are none. */
  readonly SC_ECR_HOSTS?: string;
  readonly SC_WEIGHTS: AwsWeights;
  /** S3 address of a .tar.gz with built models; if empty, the nodes build them from the weights. */
  readonly SC_MODELS_URL: string;
  /** On the middleware node: private address of its serving node. */
  readonly SC_SERVING_HOST?: string;
  /** On the middleware node: instance id of its serving node. */
  readonly SC_SERVING_INSTANCE?: string;
  /** On the middleware node: JSON with the generated names of the documents for its serving node, by their ids. */
  readonly SC_DOCUMENTS?: string;
  /** On the middleware node: version, address and SHA-256 (hex, or empty) of the k6 release. */
  readonly SC_K6_VERSION?: string;
  readonly SC_K6_URL?: string;
  readonly SC_K6_SHA256?: string;
  /** Written by the bootstrap: commit of the bundle, or empty if it was built outside a checkout. */
  readonly SC_COMMIT?: string;
  /** Written by the bootstrap, from the metadata service: private address, instance id and type, zone, AMI, `on-demand` or `spot`. */
  readonly SC_ADDRESS?: string;
  readonly SC_INSTANCE_ID?: string;
  readonly SC_INSTANCE_TYPE?: string;
  readonly SC_AVAILABILITY_ZONE?: string;
  readonly SC_AMI_ID?: string;
  readonly SC_LIFECYCLE?: string;
}
