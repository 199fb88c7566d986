import { createHash } from 'node:crypto';
import { Token } from 'aws-cdk-lib';
import { ecrRepositoriesOf, zoneOf, type DeploymentConfig } from '../config/index.ts';
import { acceleratorOf, instanceTypeFacts } from '../config/instance-type.ts';
import type { NodeEnvironment } from '../contract/node-environment.ts';
import { pairPrice } from '../prices/prices.ts';
import type { BenchNetwork, PairPlace } from './bench-network.ts';
import type { BundleAsset } from './bundle-asset.ts';
import type { NodeDocuments } from './node-documents.ts';
import type { Results } from './results.ts';
import { userDataScript } from './user-data.ts';

/** Resources that all pairs of a deployment share. */
export interface SharedResources {
  readonly network: BenchNetwork;
  readonly results: Results;
  readonly documents: NodeDocuments;
}

/** The archives that nodes download. */
export interface NodeAssets {
  readonly bundle: BundleAsset;
  /** Undefined if the nodes build the models themselves. */
  readonly models: BundleAsset | undefined;
}

/** Everything from which both nodes of a pair are created. */
export interface NodeContext {
  readonly config: DeploymentConfig;
  /** Number of the pair, from 1. */
  readonly pair: number;
  readonly shared: SharedResources;
  readonly place: PairPlace;
  readonly assets: NodeAssets;
  readonly environment: Omit<NodeEnvironment, 'SC_ROLE'>;
}

/** The variable for logins to ECR, if there are any. */
const ecrHosts = (config: DeploymentConfig): Pick<NodeEnvironment, 'SC_ECR_HOSTS'> => {
  const hosts = new Set(ecrRepositoriesOf(config).map(({ host }) => host));
  return hosts.size === 0 ? {} : { SC_ECR_HOSTS: [...hosts].join(',') };
};

const environmentWithoutVersion = ({
  config,
  pair,
  shared,
  assets,
}: Omit<NodeContext, 'environment'>): Omit<
  NodeEnvironment,
  'SC_ROLE' | 'SC_BOOTSTRAP_VERSION'
> => ({
  SC_DEPLOYMENT: config.name,
  SC_PAIR: String(pair),
  SC_REGION: config.region,
  SC_BUCKET: shared.results.bucket.bucketName,
  SC_LOG_GROUP: shared.results.logGroup.logGroupName,
  SC_RUNTIME: config.runtime,
  SC_SERVINGS: config.servings.join(','),
  SC_PRICE_PER_HOUR: pairPrice(config)?.perHour.toFixed(4) ?? '',
  SC_MAX_HOURS: String(config.maxHours),
  SC_ACCELERATOR: acceleratorOf(config.servingInstanceType),
  SC_SERVING_CORES: String(instanceTypeFacts(config.servingInstanceType).vcpus),
  SC_NVME: instanceTypeFacts(config.servingInstanceType).hasNvme ? 'yes' : 'no',
  SC_IMAGES: JSON.stringify(config.images),
  SC_REGISTRY: config.registry ?? '',
  ...ecrHosts(config),
  SC_WEIGHTS: config.weights,
  SC_MODELS_URL: assets.models?.url ?? '',
});

/**
 * SHA-256 (hex) over everything that a node is set up with, so that any change gives new nodes with new wait conditions. Names
 * that AWS generates are left out: they change only if their resources are replaced.
 */
const bootstrapVersion = (
  { config, pair, assets }: Omit<NodeContext, 'environment'>,
  environment: Readonly<Record<string, string>>,
): string => {
  const resolved = Object.entries(environment).filter(([, value]) => !Token.isUnresolved(value));
  const facts = [
    userDataScript(),
    resolved,
    [config.servingInstanceType, config.middlewareInstanceType],
    [config.servingAmi, config.middlewareAmi],
    [config.servingVolumeGiB, config.middlewareVolumeGiB],
    [config.k6Version, config.k6Url, config.k6Sha256],
    [config.subnetId, zoneOf(config, pair), config.spot],
    [assets.bundle.sourceHash, assets.models?.sourceHash],
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
};

export const nodeContext = (context: Omit<NodeContext, 'environment'>): NodeContext => {
  const environment = environmentWithoutVersion(context);
  return {
    ...context,
    environment: {
      ...environment,
      SC_BOOTSTRAP_VERSION: bootstrapVersion(context, { ...environment }),
    },
  };
};
