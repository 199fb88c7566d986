import {
  paginateDescribeInstances,
  paginateDescribeInternetGateways,
  paginateDescribeLaunchTemplates,
  paginateDescribeNetworkInterfaces,
  paginateDescribeRouteTables,
  paginateDescribeSecurityGroups,
  paginateDescribeSpotInstanceRequests,
  paginateDescribeSubnets,
  paginateDescribeVolumes,
  paginateDescribeVpcEndpoints,
  paginateDescribeVpcs,
  DescribeAddressesCommand,
  DescribePlacementGroupsCommand,
} from '@aws-sdk/client-ec2';
import { PROJECT_TAG_VALUE, tagKeys } from '../../../deployment/tags.ts';
import { prices } from '../../../prices.ts';
import type { Aws } from '../clients.ts';
import type { Leftover } from './leftover.ts';
import { removeLine } from './remove-line.ts';

/** What a thing in EC2 may tell of itself. */
type Facts = Pick<Leftover, 'usdPerHour' | 'note'>;

/** States in which something is no more. */
const GONE = new Set(['terminated', 'shutting-down', 'deleted', 'deleting', 'closed', 'cancelled']);

export const isGone = (state: string | undefined): boolean =>
  state !== undefined && GONE.has(state.toLowerCase());

/** Only where the list of prices is for this region. */
const priced = (region: string, usdPerHour: number | undefined): Facts =>
  region === prices.region && usdPerHour !== undefined ? { usdPerHour } : {};

const collect = async <Page>(
  pages: AsyncIterable<Page>,
  of: (page: Page) => readonly (Leftover | undefined)[],
): Promise<readonly Leftover[]> => {
  const found: Leftover[] = [];
  for await (const page of pages) found.push(...of(page).filter((one) => one !== undefined));
  return found;
};

/** What EC2 itself has with the tags of the deployment, or inside its network. */
export const leftoversByEc2 = async (
  aws: Aws,
  deployment: string,
): Promise<readonly Leftover[]> => {
  const { region } = aws;
  const client = { client: aws.ec2 };
  const Filters = [
    { Name: `tag:${tagKeys.project}`, Values: [PROJECT_TAG_VALUE] },
    { Name: `tag:${tagKeys.deployment}`, Values: [deployment] },
  ];
  const tagged = { Filters };
  const leftover = (
    kind: string,
    id: string | undefined,
    { state, ...facts }: Facts & { readonly state?: string | undefined } = {},
  ): Leftover | undefined =>
    id === undefined || isGone(state)
      ? undefined
      : {
          kind,
          id,
          foundBy: 'service',
          ...(state === undefined ? {} : { note: state }),
          ...facts,
          remove: removeLine(kind, id, region),
        };
  const vpcs = await collect(paginateDescribeVpcs(client, tagged), ({ Vpcs = [] }) =>
    Vpcs.map(({ VpcId }) => leftover('vpc', VpcId)),
  );
  const inVpcs = { Filters: [{ Name: 'vpc-id', Values: vpcs.map(({ id }) => id) }] };
  const lists = await Promise.all([
    collect(paginateDescribeInstances(client, tagged), ({ Reservations = [] }) =>
      Reservations.flatMap(({ Instances = [] }) => Instances).map((one) =>
        leftover('instance', one.InstanceId, {
          state: one.State?.Name,
          ...(one.State?.Name === 'stopped'
            ? {}
            : priced(region, prices.instancePerHour[one.InstanceType ?? ''])),
        }),
      ),
    ),
    collect(paginateDescribeVolumes(client, tagged), ({ Volumes = [] }) =>
      Volumes.map(({ VolumeId, State, Size = 0 }) =>
        leftover('volume', VolumeId, {
          state: State,
          ...priced(region, (Size * prices.gp3PerGiBMonth) / prices.hoursPerMonth),
        }),
      ),
    ),
    collect(paginateDescribeNetworkInterfaces(client, tagged), ({ NetworkInterfaces = [] }) =>
      NetworkInterfaces.map(({ NetworkInterfaceId, Status }) =>
        leftover('network-interface', NetworkInterfaceId, { state: Status }),
      ),
    ),
    // Interfaces that others left in the network keep it from being deleted.
    vpcs.length === 0
      ? []
      : collect(paginateDescribeNetworkInterfaces(client, inVpcs), ({ NetworkInterfaces = [] }) =>
          NetworkInterfaces.map(({ NetworkInterfaceId, Status }) =>
            leftover('network-interface', NetworkInterfaceId, { state: Status }),
          ),
        ),
    collect(paginateDescribeSecurityGroups(client, tagged), ({ SecurityGroups = [] }) =>
      SecurityGroups.map(({ GroupId }) => leftover('security-group', GroupId)),
    ),
    collect(paginateDescribeSubnets(client, tagged), ({ Subnets = [] }) =>
      Subnets.map(({ SubnetId }) => leftover('subnet', SubnetId)),
    ),
    collect(paginateDescribeRouteTables(client, tagged), ({ RouteTables = [] }) =>
      RouteTables.map(({ RouteTableId }) => leftover('route-table', RouteTableId)),
    ),
    collect(paginateDescribeInternetGateways(client, tagged), ({ InternetGateways = [] }) =>
      InternetGateways.map(({ InternetGatewayId }) =>
        leftover('internet-gateway', InternetGatewayId),
      ),
    ),
    collect(paginateDescribeVpcEndpoints(client, tagged), ({ VpcEndpoints = [] }) =>
      VpcEndpoints.map(({ VpcEndpointId, State }) =>
        leftover('vpc-endpoint', VpcEndpointId, { state: State }),
      ),
    ),
    collect(paginateDescribeLaunchTemplates(client, tagged), ({ LaunchTemplates = [] }) =>
      LaunchTemplates.map(({ LaunchTemplateId }) => leftover('launch-template', LaunchTemplateId)),
    ),
    collect(paginateDescribeSpotInstanceRequests(client, tagged), ({ SpotInstanceRequests = [] }) =>
      SpotInstanceRequests.map(({ SpotInstanceRequestId, State }) =>
        leftover('spot-instances-request', SpotInstanceRequestId, { state: State }),
      ),
    ),
    aws.ec2
      .send(new DescribePlacementGroupsCommand(tagged))
      .then(({ PlacementGroups = [] }) =>
        PlacementGroups.map(({ GroupName, State }) =>
          leftover('placement-group', GroupName, { state: State }),
        ),
      ),
    aws.ec2
      .send(new DescribeAddressesCommand(tagged))
      .then(({ Addresses = [] }) =>
        Addresses.map(({ AllocationId }) =>
          leftover('elastic-ip', AllocationId, priced(region, prices.publicIpv4PerHour)),
        ),
      ),
  ]);
  return [...vpcs, ...lists.flat().filter((one) => one !== undefined)];
};
