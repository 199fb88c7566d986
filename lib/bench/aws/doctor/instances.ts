import {
  CancelCapacityReservationCommand,
  CreateCapacityReservationCommand,
  DescribeImagesCommand,
  RunInstancesCommand,
  type _InstanceType,
  type Image,
} from '@aws-sdk/client-ec2';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import {
  instanceTypeFacts,
  pairNumbers,
  zoneOf,
  type DeploymentConfig,
} from '../../../aws/config/index.ts';
import { publicImageParameters } from '../../../aws/contract/public-images.ts';
import { deploymentTags, NODE_ROLES, type NodeRole } from '../../../aws/contract/tags.ts';
import { offeringZones } from '../../../aws/lookups/zones.ts';
import { BenchError, messageOf } from '../../model/errors.ts';
import { awsErrorName } from '../aws-error.ts';
import type { Aws } from '../clients.ts';
import { failed, ok, unknown, type DoctorCheck } from './check.ts';

const typesOf = (config: DeploymentConfig): readonly string[] => [
  ...new Set(NODE_ROLES.map((role) => config[`${role}InstanceType`])),
];

/** The zones that a deployment may use, in its order; all that offer both types if the configuration names none. */
const zonesOf = (config: DeploymentConfig, offering: readonly string[]): readonly string[] =>
  config.areZonesGiven
    ? [
        ...new Set([
          ...pairNumbers(config).map((pair) => zoneOf(config, pair)),
          ...config.otherAvailabilityZones,
        ]),
      ]
    : offering;

/**
 * Judges the zones of the configuration.
 *
 * @param offering the zones that offer both instance types
 */
export const zoneVerdict = (config: DeploymentConfig, offering: readonly string[]): DoctorCheck => {
  const types = typesOf(config);
  const name = 'zones';
  if (offering.length === 0) {
    return failed(
      name,
      `no zone of ${config.region} offers ${types.join(' and ')} together`,
      'choose another region or other instance types in the configuration',
    );
  }
  const lacking = zonesOf(config, offering).filter((zone) => !offering.includes(zone));
  return lacking.length === 0
    ? ok(name, `zones with ${types.join(' and ')}: ${offering.join(', ')}`)
    : failed(
        name,
        `zones of the configuration that do not offer ${types.join(' and ')}: ${lacking.join(', ')}`,
        `leave availabilityZone and otherAvailabilityZones out, or set them to some of ${offering.join(', ')}`,
      );
};

/** Checks that the zones of the configuration offer its instance types. */
export const checkZones = async (aws: Aws, config: DeploymentConfig): Promise<DoctorCheck> =>
  zoneVerdict(config, await offeringZones(aws.ec2, config));

/** The AMI for the nodes of a role: as configured, or the newest; undefined if the region has none. */
const amiOf = async (
  { ssm }: Aws,
  config: DeploymentConfig,
  role: NodeRole,
): Promise<string | undefined> => {
  const given = config[`${role}Ami`];
  if (given !== undefined) return given;
  try {
    const command = new GetParameterCommand({ Name: publicImageParameters[role] });
    return (await ssm.send(command)).Parameter?.Value;
  } catch (error) {
    if (awsErrorName(error) !== 'ParameterNotFound') throw error;
    return undefined;
  }
};

/** The root volume that the deployment resizes. */
const ROOT_DEVICE = '/dev/xvda';

/**
 * Judges an AMI.
 *
 * @param image undefined if the account cannot see it
 */
export const amiVerdict = (
  config: DeploymentConfig,
  role: NodeRole,
  id: string,
  image: Image | undefined,
): DoctorCheck => {
  const name = `${role} AMI`;
  const option = `${role}Ami` as const;
  const anotherOne = `set ${option} to another AMI, or leave it out to take the newest`;
  if (image === undefined) {
    return failed(name, `${id} does not exist in ${config.region}, or is private`, anotherOne);
  }
  const { Name = '', State, Architecture, RootDeviceName, DeprecationTime } = image;
  if (State !== 'available') return failed(name, `${id} is ${State ?? 'gone'}`, anotherOne);
  if (Architecture !== 'x86_64') {
    return failed(name, `${id} is for ${Architecture}, but the nodes are x86_64`, anotherOne);
  }
  if (RootDeviceName !== ROOT_DEVICE) {
    const detail = `the root disk of ${id} is ${RootDeviceName}, but the deployment sets the size of ${ROOT_DEVICE}, as in Amazon Linux 2023`;
    return failed(name, detail, anotherOne);
  }
  const disks = image.BlockDeviceMappings ?? [];
  const rootGiB = disks.find(({ DeviceName }) => DeviceName === ROOT_DEVICE)?.Ebs?.VolumeSize ?? 0;
  const volumeGiB = config[`${role}VolumeGiB`];
  if (rootGiB > volumeGiB) {
    return failed(
      name,
      `${id} needs a root disk of ${rootGiB} GiB, but ${role}VolumeGiB is ${volumeGiB}`,
      `set ${role}VolumeGiB to ${rootGiB} or more`,
    );
  }
  const deprecated =
    DeprecationTime !== undefined && new Date(DeprecationTime) < new Date()
      ? `, deprecated since ${DeprecationTime.slice(0, 10)}`
      : '';
  const kept = config[option] === undefined ? '; an existing deployment keeps its own' : '';
  const about = `${id} (${Name}), ${rootGiB} of ${volumeGiB} GiB${deprecated}${kept}`;
  const needsDriver =
    role === 'serving' &&
    config.runtime === 'container' &&
    instanceTypeFacts(config.servingInstanceType).nvidia;
  return needsDriver && !/nvidia/i.test(Name)
    ? unknown(
        name,
        `${about}: its name does not say that it has NVIDIA's driver, without which the deployment fails`,
      )
    : ok(name, about);
};

const tagsOf = ({ name }: DeploymentConfig) =>
  Object.entries(deploymentTags(name)).map(([Key, Value]) => ({ Key, Value }));

/** Checks that AWS would let you launch an instance. It launches none. */
const checkLaunch = async (
  { ec2, region }: Aws,
  config: DeploymentConfig,
  role: NodeRole,
  ami: string,
): Promise<DoctorCheck> => {
  const name = `${role} launch`;
  const type = config[`${role}InstanceType`];
  const command = new RunInstancesCommand({
    DryRun: true,
    ImageId: ami,
    InstanceType: type as _InstanceType,
    MinCount: 1,
    MaxCount: 1,
    SubnetId: config.subnetId,
    // As in the deployment: policies of organizations may ask for these.
    MetadataOptions: { HttpTokens: 'required' },
    BlockDeviceMappings: [
      {
        DeviceName: ROOT_DEVICE,
        Ebs: { VolumeSize: config[`${role}VolumeGiB`], VolumeType: 'gp3', Encrypted: true },
      },
    ],
    TagSpecifications: (['instance', 'volume'] as const).map((ResourceType) => ({
      ResourceType,
      Tags: tagsOf(config),
    })),
    ...(config.spot ? { InstanceMarketOptions: { MarketType: 'spot' as const } } : {}),
  });
  try {
    await ec2.send(command);
    return unknown(name, `AWS did not answer the trial launch of a ${type}`);
  } catch (error) {
    const reason = messageOf(error);
    if (awsErrorName(error) === 'DryRunOperation') {
      return ok(name, `AWS would launch a ${type} for you`);
    }
    if (['VPCIdNotSpecified', 'MissingInput'].includes(awsErrorName(error) ?? '')) {
      return unknown(name, `without a default VPC nothing can be tried: ${reason}`);
    }
    const isDenied = error instanceof BenchError && error.code === 'BENCH_AWS_DENIED';
    if (isDenied && !reason.includes('service control policy')) {
      // CloudFormation launches with the role of the CDK's bootstrap stack.
      return unknown(
        name,
        `you may not launch a ${type} yourself, which a deployment does not need: it uses the roles of the CDK's bootstrap stack (${reason})`,
      );
    }
    if (error instanceof BenchError && !isDenied) throw error;
    return failed(
      name,
      `AWS refuses to launch a ${type}: ${reason}`,
      isDenied
        ? `ask those who manage your organization to allow ec2:RunInstances with ${type} in ${region}, or choose another region or type`
        : 'choose another instance type, region or AMI in the configuration, or ask AWS Support',
    );
  }
};

/** Checks the AMI of a role, and that AWS would launch it. */
export const checkInstance = async (
  aws: Aws,
  config: DeploymentConfig,
  role: NodeRole,
): Promise<readonly DoctorCheck[]> => {
  const id = await amiOf(aws, config, role);
  if (id === undefined) {
    return [
      failed(
        `${role} AMI`,
        `${aws.region} does not offer the public AMI ${publicImageParameters[role]}`,
        `set ${role}Ami in the configuration to the id of an AMI`,
      ),
    ];
  }
  const filter = { Filters: [{ Name: 'image-id', Values: [id] }], IncludeDeprecated: true };
  const { Images = [] } = await aws.ec2.send(new DescribeImagesCommand(filter));
  const verdict = amiVerdict(config, role, id, Images[0]);
  return Images.length === 0 ? [verdict] : [verdict, await checkLaunch(aws, config, role, id)];
};

/** A reservation that is not cancelled ends by itself. */
const RESERVED_MS = 10 * 60_000;

/** Whether AWS has capacity for all nodes of one type in a zone: reserves it, and cancels that at once. */
const hasCapacity = async (
  { ec2, region }: Aws,
  config: DeploymentConfig,
  type: string,
  zone: string,
): Promise<boolean> => {
  const sameType = NODE_ROLES.filter((role) => config[`${role}InstanceType`] === type);
  let id: string | undefined;
  try {
    const { CapacityReservation } = await ec2.send(
      new CreateCapacityReservationCommand({
        InstanceType: type,
        InstancePlatform: 'Linux/UNIX',
        AvailabilityZone: zone,
        InstanceCount: config.pairs * sameType.length,
        // No instance of somebody else starts in it.
        InstanceMatchCriteria: 'targeted',
        EndDateType: 'limited',
        EndDate: new Date(Date.now() + RESERVED_MS),
        TagSpecifications: [{ ResourceType: 'capacity-reservation', Tags: tagsOf(config) }],
      }),
    );
    id = CapacityReservation?.CapacityReservationId;
  } catch (error) {
    if (awsErrorName(error) !== 'InsufficientInstanceCapacity') throw error;
    return false;
  }
  try {
    await ec2.send(new CancelCapacityReservationCommand({ CapacityReservationId: id }));
  } catch (error) {
    throw new BenchError(
      'BENCH_AWS',
      `the reservation ${id} of a ${type} could not be cancelled (${messageOf(error)}); it ends by itself within the hour`,
      {
        hint: `aws ec2 cancel-capacity-reservation --region ${region} --capacity-reservation-id ${id}`,
        cause: error,
      },
    );
  }
  return true;
};

/** Finds the first zone that has capacity for all nodes. It costs about a cent. */
export const checkCapacity = async (aws: Aws, config: DeploymentConfig): Promise<DoctorCheck> => {
  const name = 'capacity';
  if (config.spot) return unknown(name, 'only on-demand capacity can be tried, not that of spot');
  const types = typesOf(config);
  const lacking: string[] = [];
  for (const zone of zonesOf(config, await offeringZones(aws.ec2, config))) {
    let missing: string | undefined;
    for (const type of types) {
      if (missing === undefined && !(await hasCapacity(aws, config, type, zone))) missing = type;
    }
    if (missing === undefined) {
      const without = lacking.length === 0 ? '' : `, but ${lacking.join(', ')}`;
      return ok(name, `${zone} has capacity for ${types.join(' and ')}${without}`);
    }
    lacking.push(`${zone} has no ${missing}`);
  }
  return failed(
    name,
    `AWS has no capacity now: ${lacking.join(', ')}`,
    'try again later, name more zones as "otherAvailabilityZones", or choose another region or other instance types',
  );
};
