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
import { portsOf, servingFactsOf } from '../../../serving-configs/index.ts';
import { zoneOf, type DeploymentConfig } from '../config/index.ts';
import type { NodeRole } from '../contract/tags.ts';

/** The part of the network that the nodes of a pair use. */
export interface PairPlace {
  readonly subnet: ISubnet;
  /** Resources that must exist before a node boots, since it downloads its programs at once. */
  readonly wayOut: readonly IDependable[];
}

/** Addresses of a network that this project deploys. */
const OWN_ADDRESSES = '10.83.0.0/16';

/** Addresses of a pair, which differ in each zone, so that a pair that moves does not overlap with its old subnet. */
const addressesOf = (pair: number, availabilityZone: string): string =>
  `10.83.${8 * pair + 'abcdefgh'.indexOf(availabilityZone.at(-1) ?? '')}.0/24`;

/** The ports that clients of the servings use. */
const servingPorts = (servings: DeploymentConfig['servings']): readonly number[] =>
  [...new Set(servings.flatMap((serving) => portsOf(servingFactsOf(serving))))].toSorted(
    (a, b) => a - b,
  );

/**
 * The network of the nodes.
 *
 * Resources deployed: two security groups; unless an existing network is configured, also a VPC, an internet gateway, a route
 * table with a route to it, a gateway endpoint for S3, and a public subnet in the stack of each pair.
 *
 * Security considerations: nothing can connect from outside. Nodes have public addresses, which cost a tenth of a NAT gateway.
 * The security groups allow only HTTPS and DNS to the outside, and connections from the middleware nodes to the ports of the
 * servings.
 */
export class BenchNetwork extends Construct {
  readonly vpc: IVpc;
  readonly securityGroups: Readonly<Record<NodeRole, SecurityGroup>>;
  readonly #config: DeploymentConfig;
  readonly #routeTableId: string;

  constructor(scope: Construct, id: string, config: DeploymentConfig) {
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

  /**
   * Returns the subnet of a pair, and deploys it unless an existing one is configured.
   *
   * @param scope the stack of the pair
   */
  placeOf(scope: Construct, pair: number): PairPlace {
    const availabilityZone = zoneOf(this.#config, pair);
    const { subnetId } = this.#config;
    if (subnetId !== undefined) {
      const subnet = Subnet.fromSubnetAttributes(scope, 'Subnet', { subnetId, availabilityZone });
      Validations.of(subnet).acknowledge({
        id: 'Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId',
        reason: 'Its routes are not used',
      });
      return { subnet, wayOut: [] };
    }
    const ownSubnet = new CfnSubnet(scope, 'OwnSubnet', {
      vpcId: this.vpc.vpcId,
      availabilityZone,
      cidrBlock: addressesOf(pair, availabilityZone),
      mapPublicIpOnLaunch: true,
    });
    Validations.of(ownSubnet).acknowledge({
      id: 'CloudFormation-Validate::W3010',
      reason: 'Both nodes of a pair must be in one zone, which the configuration selects',
    });
    const routeTableId = this.#routeTableId;
    const routes = new CfnSubnetRouteTableAssociation(scope, 'Routes', {
      subnetId: ownSubnet.ref,
      routeTableId,
    });
    const subnet = Subnet.fromSubnetAttributes(scope, 'Subnet', {
      subnetId: ownSubnet.ref,
      availabilityZone,
      routeTableId,
    });
    return { subnet, wayOut: [routes] };
  }

  #ownVpc(): string {
    // Not the construct Vpc: it would put the subnets into this stack, and it closes the unused default security group with a
    // Lambda whose log group outlives the stack.
    const network = new CfnVPC(this, 'Vpc', {
      cidrBlock: OWN_ADDRESSES,
      enableDnsHostnames: true,
      enableDnsSupport: true,
    });
    Validations.of(network).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason: 'Exists for hours and lets nothing in; flow logs would cost more than they are worth',
    });
    return network.attrVpcId;
  }

  /** Deploys the route table of all subnets: to the internet, and directly to S3. */
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
