import {
  Annotations,
  CfnWaitCondition,
  CfnWaitConditionHandle,
  Duration,
  Stack,
  Tags,
  Validations,
} from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Ec2Action, Ec2InstanceAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import {
  BlockDeviceVolume,
  CfnLaunchTemplate,
  EbsDeviceVolumeType,
  HttpTokens,
  Instance,
  InstanceInitiatedShutdownBehavior,
  InstanceType,
  MachineImage,
  OperatingSystemType,
  UserData,
  type IMachineImage,
} from 'aws-cdk-lib/aws-ec2';
import { InstanceProfile, type Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ecrRepositoriesOf, instanceTypeFacts } from '../config/index.ts';
import { IDLE_CORE_PERCENT, IDLE_HOURS } from '../contract/idle-limit.ts';
import type { NodeEnvironment } from '../contract/node-environment.ts';
import { publicImageParameters } from '../contract/public-images.ts';
import { tagKeys, type NodeRole } from '../contract/tags.ts';
import type { NodeContext } from './node-context.ts';
import { createNodeRole } from './node-policy.ts';
import { renderUserData } from './user-data.ts';

/** Time from boot to the end of the bootstrap: 80 minutes to pull and build images, and the rest to test each. */
const BOOTSTRAP_TIMEOUT_SECONDS = 120 * 60;

/** The node enforces its deadline itself; this alarm also works if the machine hangs. */
const IDLE_LIMIT = Duration.hours(IDLE_HOURS);
/** The interval of EC2's metrics without detailed monitoring, which would cost more. */
const METRIC_PERIOD = Duration.minutes(5);

export interface BenchNodeProps extends NodeContext {
  /** `serving`: runs one serving at a time; `middleware`: runs the runner, the load generator and the middleware. */
  readonly nodeRole: NodeRole;
  /** Variables beside those of both nodes. */
  readonly variables?: Partial<NodeEnvironment>;
}

/**
 * A node. Its deployment succeeds only if its bootstrap does.
 *
 * Resources deployed: an instance with its profile and its role, a wait condition with its handle, an alarm that terminates the
 * idle instance, and a launch template if spot capacity is configured.
 *
 * A changed bootstrap always gives a new instance, since the bootstrap version is part of the logical ids. If a bootstrap
 * fails, the deployment fails with its last output.
 *
 * Security considerations: session tokens for the metadata service, an encrypted disk that is deleted with the instance, no key
 * pair, no open port. Containers use the network of a serving node, so they can reach the metadata service; the role of the
 * node may only read archives and models, write to the log group, and do what the SSM agent needs. The node ends itself at its
 * deadline.
 */
export class BenchNode extends Construct {
  readonly role: Role;
  readonly instanceId: string;
  readonly imageId: string;
  readonly privateIp: string;
  /** The data that the bootstrap signalled with its success, as a JSON object by role. */
  readonly signalled: string;

  constructor(scope: Construct, id: string, props: BenchNodeProps) {
    super(scope, id);
    const { config, pair, shared, assets, nodeRole: role, variables } = props;
    const environment: NodeEnvironment = { ...props.environment, ...variables, SC_ROLE: role };
    this.role = createNodeRole(this, 'Role', {
      role,
      pair,
      results: shared.results,
      assets: [assets.bundle, assets.models ?? []].flat(),
      repositories: ecrRepositoriesOf(config),
    });
    const version = environment.SC_BOOTSTRAP_VERSION.slice(0, 12);
    const handle = new CfnWaitConditionHandle(this, `Ready${version}`);
    const userData = renderUserData({
      environment,
      bundleUrl: assets.bundle.url,
      signalUrl: handle.ref,
    });
    const instance = this.#createInstance(`Instance${version}`, props, userData);
    Tags.of(this).add(tagKeys.role, role);
    this.#terminateWhenIdle(instance, config[`${role}InstanceType`], version);
    const ready = new CfnWaitCondition(this, `ReadyCondition${version}`, {
      handle: handle.ref,
      count: 1,
      timeout: String(BOOTSTRAP_TIMEOUT_SECONDS),
    });
    ready.node.addDependency(instance);
    this.instanceId = instance.instanceId;
    this.imageId = instance.instance.imageId ?? '';
    this.privateIp = instance.instancePrivateIp;
    this.signalled = ready.attrData.toString();
  }

  #createInstance(id: string, props: BenchNodeProps, userData: string): Instance {
    const { config, pair, shared, place, nodeRole: role } = props;
    const { network } = shared;
    const instance = new Instance(this, id, {
      vpc: network.vpc,
      vpcSubnets: { subnets: [place.subnet] },
      securityGroup: network.securityGroups[role],
      // Its own construct, so that it is kept when the instance is replaced.
      instanceProfile: new InstanceProfile(this, 'Profile', { role: this.role }),
      instanceName: `${config.name}-pair-${pair}-${role}`,
      instanceType: new InstanceType(config[`${role}InstanceType`]),
      machineImage: this.#image(role, config[`${role}Ami`]),
      userData: UserData.custom(userData),
      httpTokens: HttpTokens.REQUIRED,
      httpPutResponseHopLimit: 1,
      blockDevices: [
        {
          // The root volume of Amazon Linux 2023, and of the Deep Learning AMIs that are based on it.
          deviceName: '/dev/xvda',
          volume: BlockDeviceVolume.ebs(config[`${role}VolumeGiB`], {
            encrypted: true,
            volumeType: EbsDeviceVolumeType.GP3,
            deleteOnTermination: true,
          }),
        },
      ],
      propagateTagsToVolumeOnCreation: true,
      instanceInitiatedShutdownBehavior: InstanceInitiatedShutdownBehavior.TERMINATE,
    });
    Validations.of(instance).acknowledge(
      {
        id: 'AwsSolutions-EC28',
        reason: 'The node samples itself every second; detailed monitoring would add only cost',
      },
      {
        id: 'AwsSolutions-EC29',
        reason: 'A node must be able to end itself, and "cdk destroy" to end it',
      },
      {
        id: 'CloudFormation-Validate::W3010',
        reason: 'Both nodes of a pair must be in one zone, which the configuration selects',
      },
      {
        id: 'CloudFormation-Validate::W9010',
        reason: 'An AMI is pinned by its id so that all deployments use the same',
      },
    );
    instance.node.addDependency(...place.wayOut);
    if (config.spot) this.#buyFromSpotMarket(instance);
    return instance;
  }

  /**
   * Returns the given AMI, or the newest at the time of each deployment. The latter gives a warning, since a new AMI would
   * replace the node, which "cdk diff" does not show and the deployment does not wait for.
   */
  #image(role: NodeRole, ami: string | undefined): IMachineImage {
    if (ami !== undefined) return MachineImage.genericLinux({ [Stack.of(this).region]: ami });
    Annotations.of(this).addWarningV2(
      `serving-compare:unpinned-${role}-ami`,
      `Without credentials the AMI of the ${role} node is not pinned: each deployment of this template uses the newest AMI, may replace the node, and does not wait for it. Use credentials, or set ${role}Ami in serving-compare.json, to pin it.`,
    );
    return MachineImage.fromSsmParameter(publicImageParameters[role], {
      os: OperatingSystemType.LINUX,
    });
  }

  /**
   * The first alarm with an EC2 action in an account creates the service-linked role AWSServiceRoleForCloudWatchEvents:
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-service-linked-roles.html
   */
  #terminateWhenIdle(instance: Instance, instanceType: string, version: string): void {
    new Alarm(this, `Idle${version}`, {
      alarmDescription: `Terminates the node after ${IDLE_LIMIT.toHumanString()} below ${IDLE_CORE_PERCENT} % of one core`,
      metric: new Metric({
        namespace: 'AWS/EC2',
        metricName: 'CPUUtilization',
        dimensionsMap: { InstanceId: instance.instanceId },
        period: METRIC_PERIOD,
      }),
      evaluationPeriods: IDLE_LIMIT.toSeconds() / METRIC_PERIOD.toSeconds(),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: IDLE_CORE_PERCENT / instanceTypeFacts(instanceType).vcpus,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new Ec2Action(Ec2InstanceAction.TERMINATE));
  }

  /** Only a launch template can request spot capacity. The properties of the instance override the template's. */
  #buyFromSpotMarket(instance: Instance): void {
    const template = new CfnLaunchTemplate(this, 'SpotTemplate', {
      launchTemplateData: {
        instanceMarketOptions: {
          marketType: 'spot',
          spotOptions: { spotInstanceType: 'one-time', instanceInterruptionBehavior: 'terminate' },
        },
      },
    });
    instance.instance.launchTemplate = {
      launchTemplateId: template.ref,
      version: template.attrLatestVersionNumber,
    };
  }
}
