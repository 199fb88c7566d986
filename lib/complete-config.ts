import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ConfigError, type Config } from './config.ts';
import { publicImageParameters } from './deployment/public-images.ts';
import { pairStackName } from './deployment/stack-names.ts';
import { pairOutputKeys } from './deployment/stack-outputs.ts';
import type { NodeRole } from './deployment/tags.ts';
import { offeringZones } from './zones.ts';

/** The parts of AWS that are asked. */
export interface Asked {
  readonly cloudFormation: CloudFormationClient;
  readonly ec2: EC2Client;
  readonly ssm: SSMClient;
}

const clientsOf = (region: string): Asked => ({
  cloudFormation: new CloudFormationClient({ region }),
  ec2: new EC2Client({ region }),
  ssm: new SSMClient({ region }),
});

type Standing = (output: keyof typeof pairOutputKeys) => string | undefined;

/** The outputs of the first pair, if it stands. */
const readStanding = async ({ cloudFormation }: Asked, { name }: Config): Promise<Standing> => {
  const command = new DescribeStacksCommand({ StackName: pairStackName(name, 1) });
  const { Stacks } = await cloudFormation.send(command).catch((error: unknown) => {
    // So it says of a stack that is not there.
    if (error instanceof Error && error.name === 'ValidationError') return { Stacks: [] };
    throw error;
  });
  const outputs = Stacks?.[0]?.Outputs ?? [];
  return (output) =>
    outputs.find(({ OutputKey }) => OutputKey === pairOutputKeys[output])?.OutputValue;
};

const newestImage = async ({ ssm }: Asked, role: NodeRole): Promise<string | undefined> => {
  const { Parameter } = await ssm.send(
    new GetParameterCommand({ Name: publicImageParameters[role] }),
  );
  return Parameter?.Value;
};

/** @throws ConfigError where no zone offers both instance types. */
const zonesOf = async (
  config: Config,
  { ec2 }: Asked,
  standing: Standing,
): Promise<Pick<Config, 'availabilityZone' | 'otherAvailabilityZones'>> => {
  if (config.areZonesGiven) return config;
  const offering = await offeringZones(ec2, config);
  const { region, servingInstanceType, middlewareInstanceType } = config;
  if (offering.length === 0) {
    throw new ConfigError([
      `no zone of ${region} offers ${servingInstanceType} and ${middlewareInstanceType} together: give another region or other instance types`,
    ]);
  }
  const current = standing('availabilityZone') ?? `${offering[0]}`;
  // Where it offers the types no more, its subnet stays, which the nodes use until they are replaced.
  const zones = offering.includes(current) ? [current, ...offering] : [...offering, current];
  const [availabilityZone = current, ...otherAvailabilityZones] = new Set(zones);
  return { availabilityZone, otherAvailabilityZones };
};

/**
 * The configuration with the zones and images that it leaves open: those of the deployment that stands, so that its nodes stay
 * as they are; else all zones that offer its instance types, the first for the nodes and the others to go on in, and the
 * newest images.
 *
 * @throws ConfigError where no zone offers both instance types.
 */
export const completeConfig = async (
  config: Config,
  asked = clientsOf(config.region),
): Promise<Config> => {
  const standing = await readStanding(asked, config);
  const { availabilityZone, otherAvailabilityZones } = await zonesOf(config, asked, standing);
  return {
    ...config,
    availabilityZone,
    otherAvailabilityZones,
    servingAmi:
      config.servingAmi ?? standing('servingImage') ?? (await newestImage(asked, 'serving')),
    middlewareAmi:
      config.middlewareAmi ??
      standing('middlewareImage') ??
      (await newestImage(asked, 'middleware')),
  };
};
