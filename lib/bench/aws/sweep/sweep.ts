import type { Aws } from '../clients.ts';
import { leftoversByEc2 } from './by-ec2.ts';
import { leftoversByService } from './by-service.ts';
import { leftoversByStack } from './by-stack.ts';
import { leftoversByTag } from './by-tag.ts';
import { uniqueLeftovers, type Leftover } from './leftover.ts';

/** What is left of a deployment. */
export interface Sweep {
  readonly leftovers: readonly Leftover[];
  /** Sentences on what could not be looked at. */
  readonly notSeen: readonly string[];
}

/**
 * Kinds that {@link leftoversByEc2} asks for by their tags. The tagging service still knows those that are no more, so its
 * word on them does not count.
 */
const KNOWN_BY_EC2 = new Set([
  'instance',
  'volume',
  'network-interface',
  'security-group',
  'subnet',
  'route-table',
  'internet-gateway',
  'vpc',
  'vpc-endpoint',
  'launch-template',
  'placement-group',
  'spot-instances-request',
  'elastic-ip',
]);

/** Looks for everything that is left of a deployment, by stack, by tag and in each service. */
export const sweep = async (aws: Aws, deployment: string): Promise<Sweep> => {
  const [stacks, tagged, ec2, services] = await Promise.all([
    leftoversByStack(aws, deployment),
    leftoversByTag(aws, deployment),
    leftoversByEc2(aws, deployment),
    leftoversByService(aws, deployment),
  ]);
  return {
    leftovers: uniqueLeftovers([
      ...stacks,
      ...tagged.filter(({ kind }) => !KNOWN_BY_EC2.has(kind)),
      ...ec2,
      ...services.flatMap(({ leftovers }) => leftovers),
    ]),
    notSeen: services.flatMap(({ notSeen }) => notSeen ?? []),
  };
};
