import { Construct } from 'constructs';
import { pairConfigOf } from '../config.ts';
import { BenchNode } from './bench-node.ts';
import { machineImage } from './machine-images.ts';
import type { NodeContext } from './node-context.ts';
import { allowLoad, nodeRole } from './node-policy.ts';

export interface LoadNodeProps extends NodeContext {
  /** Number of the load node in its pair, from 1. */
  readonly number: number;
}

/**
 * A node that sends the load, so that the load engine takes no cores from the middleware.
 *
 * Resources deployed: those of {@link BenchNode} and a role.
 *
 * Security considerations: nothing reaches it but Run Command; it reaches the middleware on one port, and reads and writes
 * jobs below its pair's prefix only.
 */
export class LoadNode extends Construct {
  readonly instanceId: string;

  constructor(scope: Construct, id: string, props: LoadNodeProps) {
    super(scope, id);
    const { config, pair, number, shared, assets, environment, placementGroup } = props;
    const { network, results } = shared;
    const { availabilityZone, spot } = pairConfigOf(config, pair);
    if (network.loadSecurityGroup === undefined) throw new Error('there are no load nodes');
    const role = nodeRole(this, 'Role', { role: 'load', pair, results, assets: [assets.bundle] });
    allowLoad(role, { results, pair, k6Url: config.k6.url });
    const { instanceId } = new BenchNode(this, 'Node', {
      environment: {
        ...environment,
        SC_ROLE: 'load',
        SC_LOAD_NODE: String(number),
        SC_K6_VERSION: config.k6.version,
        SC_K6_URL: config.k6.url,
        SC_K6_SHA256: config.k6.sha256 ?? '',
      },
      bundle: assets.bundle,
      vpc: network.vpc,
      subnet: network.subnetOf(availabilityZone),
      securityGroup: network.loadSecurityGroup,
      iamRole: role,
      instanceType: config.middlewareInstanceType,
      image: machineImage(this, 'middleware', config.middlewareAmi),
      volumeGiB: config.volumeGiB.middleware,
      isSpot: spot !== 'off',
      placementGroup,
    });
    this.instanceId = instanceId;
  }
}
