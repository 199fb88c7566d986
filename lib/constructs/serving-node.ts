import { Construct } from 'constructs';
import { pairConfigOf } from '../config.ts';
import { BenchNode } from './bench-node.ts';
import { machineImage } from './machine-images.ts';
import type { NodeContext } from './node-context.ts';
import { nodeRole } from './node-policy.ts';

/**
 * The node that serves: one serving at a time, with its GPU.
 *
 * Resources deployed: those of {@link BenchNode} and a role.
 *
 * Security considerations: beside its bundle it reads nothing; containers use its network, so they reach the metadata service; it writes its logs below its pair's prefix.
 */
export class ServingNode extends Construct {
  readonly instanceId: string;
  readonly imageId: string;
  readonly privateIp: string;
  /** See {@link BenchNode.signalled}. */
  readonly signalled: string;

  constructor(scope: Construct, id: string, context: NodeContext) {
    super(scope, id);
    const { config, pair, shared, assets, environment } = context;
    const { availabilityZone, spot } = pairConfigOf(config, pair);
    const { instanceId, imageId, privateIp, signalled } = new BenchNode(this, 'Node', {
      environment: { ...environment, SC_ROLE: 'serving' },
      bundle: assets.bundle,
      vpc: shared.network.vpc,
      subnet: shared.network.subnetOf(availabilityZone),
      securityGroup: shared.network.servingSecurityGroup,
      iamRole: nodeRole(this, 'Role', {
        role: 'serving',
        pair,
        results: shared.results,
        assets: assets.models === undefined ? [assets.bundle] : [assets.bundle, assets.models],
      }),
      instanceType: config.servingInstanceType,
      image: machineImage(this, 'serving', config.servingAmi),
      volumeGiB: config.volumeGiB.serving,
      isSpot: spot !== 'off',
    });
    this.instanceId = instanceId;
    this.imageId = imageId;
    this.privateIp = privateIp;
    this.signalled = signalled;
  }
}
