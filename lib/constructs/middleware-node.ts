import { Construct } from 'constructs';
import { pairConfigOf } from '../config.ts';
import { BenchNode } from './bench-node.ts';
import { machineImage } from './machine-images.ts';
import type { NodeContext } from './node-context.ts';
import { allowRunner, nodeRole } from './node-policy.ts';
import type { ServingNode } from './serving-node.ts';

export interface MiddlewareNodeProps extends NodeContext {
  /** The one serving node that it drives. */
  readonly servingNode: ServingNode;
}

/** What a runner sends to its serving node. */
const DOCUMENTS = {
  SC_DOCUMENT_START_SERVING: 'StartServing',
  SC_DOCUMENT_STOP_SERVING: 'StopServing',
  SC_DOCUMENT_INSPECT_SERVING: 'InspectServing',
  SC_DOCUMENT_END_NODE: 'EndNode',
} as const;

/**
 * The node that sends the load: the runner, the load generator and the middleware.
 *
 * Resources deployed: those of {@link BenchNode} and a role.
 *
 * Security considerations: it sends four documents to one instance, reads runs, and writes below its pair's prefix.
 */
export class MiddlewareNode extends Construct {
  readonly instanceId: string;
  readonly imageId: string;

  constructor(scope: Construct, id: string, props: MiddlewareNodeProps) {
    super(scope, id);
    const { config, pair, shared, assets, environment, servingNode } = props;
    const { network, results, documents } = shared;
    const { availabilityZone, spot } = pairConfigOf(config, pair);
    const role = nodeRole(this, 'Role', {
      role: 'middleware',
      pair,
      results,
      assets: assets.models === undefined ? [assets.bundle] : [assets.bundle, assets.models],
    });
    allowRunner(role, {
      results,
      documentArns: Object.values(DOCUMENTS).map((document) => documents.arnOf(document)),
      servingInstanceId: servingNode.instanceId,
      k6Url: config.k6.url,
    });
    const { instanceId, imageId } = new BenchNode(this, 'Node', {
      environment: {
        ...environment,
        SC_ROLE: 'middleware',
        SC_SERVING_HOST: servingNode.privateIp,
        SC_SERVING_INSTANCE: servingNode.instanceId,
        SC_DOCUMENT_START_SERVING: documents.nameOf(DOCUMENTS.SC_DOCUMENT_START_SERVING),
        SC_DOCUMENT_STOP_SERVING: documents.nameOf(DOCUMENTS.SC_DOCUMENT_STOP_SERVING),
        SC_DOCUMENT_INSPECT_SERVING: documents.nameOf(DOCUMENTS.SC_DOCUMENT_INSPECT_SERVING),
        SC_DOCUMENT_END_NODE: documents.nameOf(DOCUMENTS.SC_DOCUMENT_END_NODE),
        SC_K6_VERSION: config.k6.version,
        SC_K6_URL: config.k6.url,
        SC_K6_SHA256: config.k6.sha256 ?? '',
      },
      bundle: assets.bundle,
      vpc: network.vpc,
      subnet: network.subnetOf(availabilityZone),
      securityGroup: network.middlewareSecurityGroup,
      iamRole: role,
      instanceType: config.middlewareInstanceType,
      image: machineImage(this, 'middleware', config.middlewareAmi),
      volumeGiB: config.volumeGiB.middleware,
      isSpot: spot !== 'off',
    });
    this.instanceId = instanceId;
    this.imageId = imageId;
  }
}
