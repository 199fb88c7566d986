import { Stack } from 'aws-cdk-lib';
import {
  CfnInternetGateway,
  CfnVPC,
  CfnVPCGatewayAttachment,
  GatewayVpcEndpoint,
  GatewayVpcEndpointAwsService,
  Peer,
  Port,
  PublicSubnet,
  SecurityGroup,
  Subnet,
  Vpc,
  type ISubnet,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { manifestOf, portsOf } from '../../serving-configs/index.ts';
import type { Config } from '../config.ts';
import type { NodeRole } from '../deployment/tags.ts';
import { acknowledge } from './acknowledge.ts';

/** Addresses of an own network; the zones get 256 each. */
const OWN_ADDRESSES = '10.83.0.0/16';

/** The addresses of a zone follow from its letter alone, so that a zone that is added or taken away moves no other subnet. */
const addressesOf = (availabilityZone: string): string => {
  const place = 'abcdefgh'.indexOf(availabilityZone.at(-1) ?? '');
  return `10.83.${place}.0/24`;
};

/** Ports of the servings that clients use, each once. */
const servingPorts = (servings: Config['servings']): readonly number[] =>
  [...new Set(servings.flatMap((serving) => portsOf(manifestOf(serving))))].toSorted(
    (a, b) => a - b,
  );

/**
 * Where the nodes stand.
 *
 * Resources deployed: a network with one public subnet in each zone that may be used, an internet gateway, a gateway
 * endpoint for S3; or nothing of that where the network was there before. Two security groups.
 *
 * Security considerations: nothing from outside comes in. Nodes have public addresses instead of a NAT gateway, since
 * those cost a tenth; the security groups allow the way out by HTTPS and DNS only, and from the middleware nodes to the
 * ports of the servings.
 */
export class BenchNetwork extends Construct {
  readonly vpc: IVpc;
  readonly securityGroups: Readonly<Record<NodeRole, SecurityGroup>>;
  readonly #subnets: ReadonlyMap<string, ISubnet>;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const { vpcId, subnetId, availabilityZone } = config;
    if (vpcId === undefined || subnetId === undefined) {
      const { vpc, subnets } = this.#ownNetwork(config);
      this.vpc = vpc;
      this.#subnets = subnets;
    } else {
      this.vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
        vpcId,
        availabilityZones: [availabilityZone],
      });
      const subnet = Subnet.fromSubnetAttributes(this, 'Subnet', { subnetId, availabilityZone });
      acknowledge(subnet, {
        'Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId': 'Nobody asks for its routes',
      });
      this.#subnets = new Map([[availabilityZone, subnet]]);
    }
    this.securityGroups = {
      serving: this.#securityGroup('Serving', 'serving nodes of serving-compare'),
      middleware: this.#securityGroup('Middleware', 'middleware nodes of serving-compare'),
    };
    for (const port of servingPorts(config.servings)) {
      this.securityGroups.serving.connections.allowFrom(
        this.securityGroups.middleware,
        Port.tcp(port),
        'a serving, from the middleware nodes',
      );
    }
  }

  /** The subnet of a zone. */
  subnetOf(availabilityZone: string): ISubnet {
    const subnet = this.#subnets.get(availabilityZone);
    if (subnet === undefined) throw new Error(`there is no subnet in ${availabilityZone}`);
    return subnet;
  }

  #ownNetwork(config: Config): { vpc: IVpc; subnets: ReadonlyMap<string, ISubnet> } {
    // Not the construct Vpc: it numbers its subnets, so that a zone in front would move those behind it, and it locks the
    // default security group, which nothing uses here, by a Lambda whose log group outlives the stack.
    const network = new CfnVPC(this, 'Vpc', {
      cidrBlock: OWN_ADDRESSES,
      enableDnsHostnames: true,
      enableDnsSupport: true,
    });
    acknowledge(network, {
      'AwsSolutions-VPC7':
        'Stands for hours, lets nothing in, and its flow logs would cost more than they tell',
    });
    const gateway = new CfnInternetGateway(this, 'InternetGateway');
    const attachment = new CfnVPCGatewayAttachment(this, 'InternetGatewayAttachment', {
      vpcId: network.attrVpcId,
      internetGatewayId: gateway.ref,
    });
    const zones = [config.availabilityZone, ...config.otherAvailabilityZones].toSorted();
    const subnets = zones.map((availabilityZone) => {
      const subnet = new PublicSubnet(this, `Subnet-${availabilityZone}`, {
        vpcId: network.attrVpcId,
        availabilityZone,
        cidrBlock: addressesOf(availabilityZone),
        mapPublicIpOnLaunch: true,
      });
      subnet.addDefaultInternetRoute(gateway.ref, attachment);
      acknowledge(subnet, {
        'CloudFormation-Validate::W3010':
          'Both nodes of a pair must be in one zone, and people choose which',
      });
      // Whether a pair uses it or not: else a pair that moves to another zone would first have to let go of an export.
      Stack.of(this).exportValue(subnet.subnetId);
      return subnet;
    });
    const vpc = Vpc.fromVpcAttributes(this, 'OwnVpc', {
      vpcId: network.attrVpcId,
      availabilityZones: zones,
      publicSubnetIds: subnets.map(({ subnetId }) => subnetId),
      publicSubnetRouteTableIds: subnets.map(({ routeTable }) => routeTable.routeTableId),
    });
    new GatewayVpcEndpoint(this, 'S3', {
      vpc,
      service: GatewayVpcEndpointAwsService.S3,
      subnets: [{ subnets }],
    });
    return { vpc, subnets: new Map(subnets.map((subnet) => [subnet.availabilityZone, subnet])) };
  }

  #securityGroup(id: string, description: string): SecurityGroup {
    const group = new SecurityGroup(this, `${id}SecurityGroup`, {
      vpc: this.vpc,
      description,
      allowAllOutbound: false,
    });
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'HTTPS: AWS, images, packages');
    group.addEgressRule(Peer.anyIpv4(), Port.udp(53), 'DNS');
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(53), 'DNS, long answers');
    return group;
  }
}
