import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ConfigError, pairNumbers, type DeploymentConfig } from '../config/index.ts';
import { publicImageParameters } from '../contract/public-images.ts';
import { pairOutputKeys, pairStackName } from '../contract/stack-names.ts';
import type { NodeRole } from '../contract/tags.ts';
import { offeringZones } from './zones.ts';

export interface Clients {
  readonly cloudFormation: CloudFormationClient;
  readonly ec2: EC2Client;
  readonly ssm: SSMClient;
}

const clientsOf = (region: string): Clients => ({
  cloudFormation: new CloudFormationClient({ region }),
  ec2: new EC2Client({ region }),
  ssm: new SSMClient({ region }),
});

type OutputOf = (output: keyof typeof pairOutputKeys) => string | undefined;

/** Reads the outputs of a pair's stack. Without a stack, every output is undefined. */
const readOutputs = async (
  { cloudFormation }: Clients,
  { name }: DeploymentConfig,
  pair: number,
): Promise<OutputOf> => {
  const command = new DescribeStacksCommand({ StackName: pairStackName(name, pair) });
  const { Stacks } = await cloudFormation.send(command).catch((error: unknown) => {
    // The stack does not exist.
    if (error instanceof Error && error.name === 'ValidationError') return { Stacks: [] };
    throw error;
  });
  const outputs = Stacks?.[0]?.Outputs ?? [];
  return (output) =>
    outputs.find(({ OutputKey }) => OutputKey === pairOutputKeys[output])?.OutputValue;
};

const newestImage = async ({ ssm }: Clients, role: NodeRole): Promise<string | undefined> => {
  const { Parameter } = await ssm.send(
    new GetParameterCommand({ Name: publicImageParameters[role] }),
  );
  return Parameter?.Value;
};

/**
 * The zones for new nodes: first the zone of the first existing pair, then the others that offer both instance types.
 *
 * @throws ConfigError if no zone offers both.
 */
const zonesOf = async (
  config: DeploymentConfig,
  { ec2 }: Clients,
  existingZones: readonly string[],
): Promise<readonly string[]> => {
  const { availabilityZone, otherAvailabilityZones, region } = config;
  if (config.areZonesGiven) return [availabilityZone, ...otherAvailabilityZones];
  const offering = await offeringZones(ec2, config);
  if (offering.length === 0) {
    throw new ConfigError([
      `no zone of ${region} offers ${config.servingInstanceType} and ${config.middlewareInstanceType} together: give another region or other instance types`,
    ]);
  }
  const first = existingZones.find((zone) => offering.includes(zone));
  return first === undefined ? offering : [...new Set([first, ...offering])];
};

/**
 * Fills in the zones and AMIs that a configuration leaves open. Existing pairs keep theirs, so that their nodes are not
 * replaced. New pairs get all zones that offer both instance types, the first for the nodes and the others as alternatives,
 * and the newest AMIs.
 *
 * @throws ConfigError if no zone offers both instance types.
 */
export const completeConfig = async (
  config: DeploymentConfig,
  clients = clientsOf(config.region),
): Promise<DeploymentConfig> => {
  const pairs = await Promise.all(
    pairNumbers(config).map(async (pair) => readOutputs(clients, config, pair)),
  );
  const existingZones = pairs.map((outputOf) => outputOf('availabilityZone'));
  const zones = await zonesOf(
    config,
    clients,
    existingZones.filter((zone) => zone !== undefined),
  );
  const [availabilityZone = config.availabilityZone, ...otherAvailabilityZones] = zones;
  const pairZones = Object.fromEntries(
    existingZones.flatMap((zone, index): [string, string][] =>
      zone === undefined || zone === availabilityZone || config.subnetId !== undefined
        ? []
        : [[String(index + 1), zone]],
    ),
  );
  const imageOf = async (
    given: string | undefined,
    output: 'servingImage' | 'middlewareImage',
    role: NodeRole,
  ): Promise<string | undefined> =>
    given ??
    pairs.map((outputOf) => outputOf(output)).find((image) => image !== undefined) ??
    newestImage(clients, role);
  return {
    ...config,
    availabilityZone,
    otherAvailabilityZones,
    pairZones: { ...pairZones, ...config.pairZones },
    servingAmi: await imageOf(config.servingAmi, 'servingImage', 'serving'),
    middlewareAmi: await imageOf(config.middlewareAmi, 'middlewareImage', 'middleware'),
  };
};
