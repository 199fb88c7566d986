import { Stack, Validations } from 'aws-cdk-lib';
import {
  CfnInternetGateway,
  CfnRoute,
  CfnRouteTable,
  CfnSubnet,
  CfnSubnetRouteTableAssociation,
  CfnVPC,
  CfnVPCEndpoint,
  CfnVPCGatewayAttachment,
  Peer,
  Port,
  SecurityGroup,
  Subnet,
  Vpc,
  type ISubnet,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct, type IDependable } from 'constructs';
import { manifestOf, portsOf } from '../../serving-configs/index.ts';
import { zoneOf, type Config } from '../config/index.ts';
import type { NodeRole } from '../deployment/tags.ts';

/** Where the nodes of a pair stand. */
export interface PairPlace {
  readonly subnet: ISubnet;
  /** What must be there before a node boots, which fetches its programs at once. */
  readonly wayOut: readonly IDependable[];
}

/** Addresses of an own network. */
const OWN_ADDRESSES = '10.83.0.0/16';

/** Of a pair in a zone, so that a pair that moves overlaps with nothing, itself included. */
const addressesOf = (pair: number, availabilityZone: string): string =>
  `10.83.${8 * pair + 'abcdefgh'.indexOf(availabilityZone.at(-1) ?? '')}.0/24`;

/** Ports of the servings that clients use, each once. */
const servingPorts = (servings: Config['servings']): readonly number[] =>
  [...new Set(servings.flatMap((serving) => portsOf(manifestOf(serving))))].toSorted(
    (a, b) => a - b,
  );

/**
 * Where the nodes stand.
 *
 * Resources deployed: a network, an internet gateway, a route table with the way to it, a gateway endpoint for S3, and in the
 * stack of each pair a public subnet; or nothing of that where the network was there before. Two security groups.
 *
 * Security considerations: nothing from outside comes in. Nodes have public addresses instead of a NAT gateway, since
 * those cost a tenth; the security groups allow the way out by HTTPS and DNS only, and from the middleware nodes to the
 * ports of the servings.
 */
export class BenchNetwork extends Construct {
  readonly vpc: IVpc;
  readonly securityGroups: Readonly<Record<NodeRole, SecurityGroup>>;
  readonly #config: Config;
  readonly #routeTableId: string;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    this.#config = config;
    const vpcId = config.vpcId ?? this.#ownVpc();
    this.#routeTableId = config.vpcId === undefined ? this.#ownRoutes(vpcId) : '';
    this.vpc = Vpc.fromVpcAttributes(this, 'Network', {
      vpcId,
      availabilityZones: [config.availabilityZone],
    });
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

  /** The subnet of a pair, with what is deployed of it in the stack of the pair. */
  placeOf(scope: Construct, pair: number): PairPlace {
    const availabilityZone = zoneOf(this.#config, pair);
    const { subnetId } = this.#config;
    if (subnetId !== undefined) {
      const subnet = Subnet.fromSubnetAttributes(scope, 'Subnet', { subnetId, availabilityZone });
      Validations.of(subnet).acknowledge({
        id: 'Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId',
        reason: 'Nobody asks for its routes',
      });
      return { subnet, wayOut: [] };
    }
    const own = new CfnSubnet(scope, 'OwnSubnet', {
      vpcId: this.vpc.vpcId,
      availabilityZone,
      cidrBlock: addressesOf(pair, availabilityZone),
      mapPublicIpOnLaunch: true,
    });
    Validations.of(own).acknowledge({
      id: 'CloudFormation-Validate::W3010',
      reason: 'Both nodes of a pair must be in one zone, and people choose which',
    });
    const routeTableId = this.#routeTableId;
    const routes = new CfnSubnetRouteTableAssociation(scope, 'Routes', {
      subnetId: own.ref,
      routeTableId,
    });
    const subnet = Subnet.fromSubnetAttributes(scope, 'Subnet', {
      subnetId: own.ref,
      availabilityZone,
      routeTableId,
    });
    return { subnet, wayOut: [routes] };
  }

  #ownVpc(): string {
    // Not the construct Vpc: its subnets would have to stand here, and it locks the default security group, which nothing uses, by
    // a Lambda whose log group outlives the stack.
    const network = new CfnVPC(this, 'Vpc', {
      cidrBlock: OWN_ADDRESSES,
      enableDnsHostnames: true,
      enableDnsSupport: true,
    });
    Validations.of(network).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason: 'Stands for hours, lets nothing in, and its flow logs would cost more than they tell',
    });
    return network.attrVpcId;
  }

  /** The routes of all subnets of an own network: to the internet, and to S3 without a detour. */
  #ownRoutes(vpcId: string): string {
    const gateway = new CfnInternetGateway(this, 'InternetGateway');
    const attachment = new CfnVPCGatewayAttachment(this, 'InternetGatewayAttachment', {
      vpcId,
      internetGatewayId: gateway.ref,
    });
    const { ref: routeTableId } = new CfnRouteTable(this, 'Routes', { vpcId });
    new CfnRoute(this, 'ToInternet', {
      routeTableId,
      destinationCidrBlock: '0.0.0.0/0',
      gatewayId: gateway.ref,
    }).addResourceDependency(attachment);
    new CfnVPCEndpoint(this, 'ToS3', {
      vpcId,
      vpcEndpointType: 'Gateway',
      serviceName: `com.amazonaws.${Stack.of(this).region}.s3`,
      routeTableIds: [routeTableId],
    });
    return routeTableId;
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
