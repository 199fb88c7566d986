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
import { instanceTypeFacts } from '../config/instance-type.ts';
import type { NodeEnvironment } from '../deployment/node-environment.ts';
import { publicImageParameters } from '../deployment/public-images.ts';
import { tagKeys, type NodeRole } from '../deployment/tags.ts';
import type { NodeContext } from './node-context.ts';
import { nodeRole } from './node-policy.ts';
import { renderUserData } from './user-data.ts';

/** From the start of the machine to the last step of its bootstrap: images of some 20 GB are pulled, and each is tried. */
const BOOTSTRAP_TIMEOUT_SECONDS = 90 * 60;

/**
 * A node that measures or serves uses more than that, also where a GPU computes, unless a serving answers only a few requests a second.
 * Of one core and not of all, since one with 192 does not more of it.
 */
const IDLE_CORE_PERCENT = 8;
/** The deadline lies within the machine; this alarm still holds where the machine does not work any more. */
const IDLE_LIMIT = Duration.hours(2);
/** EC2 reports at this interval without detailed monitoring, which would cost more. */
const METRIC_PERIOD = Duration.minutes(5);

export interface BenchNodeProps extends NodeContext {
  /** Whether it serves, one serving at a time with its GPU, or sends the load: the runner, k6 and the middleware. */
  readonly nodeRole: NodeRole;
  /** Variables beside those that both nodes of a pair have. */
  readonly variables?: Partial<NodeEnvironment>;
}

/**
 * One node, and the proof that it came up.
 *
 * Resources deployed: an instance with its profile and its role, a wait condition with its handle, an alarm that terminates the instance
 * when it idles, a launch template where spot capacity is asked for.
 *
 * A changed bootstrap gives a new instance, never one that was set up twice in different ways: its version is part of the
 * logical ids. A failed bootstrap ends the deployment with its own last words.
 *
 * Security considerations: session tokens for the metadata service, an encrypted disk that goes with the instance, no key pair,
 * no open port. Containers of a serving node use its network, so they reach that service; its role reads archives and
 * models, writes to the log group, and does what the SSM agent needs, no more. The node ends itself at its deadline.
 */
export class BenchNode extends Construct {
  readonly role: Role;
  readonly instanceId: string;
  readonly imageId: string;
  readonly privateIp: string;
  /** What the bootstrap signalled with its success, as a JSON object by role. */
  readonly signalled: string;

  constructor(scope: Construct, id: string, props: BenchNodeProps) {
    super(scope, id);
    const { config, pair, shared, place, assets, nodeRole: what, variables } = props;
    const { network, results } = shared;
    const environment: NodeEnvironment = { ...props.environment, ...variables, SC_ROLE: what };
    this.role = nodeRole(this, 'Role', {
      role: what,
      pair,
      results,
      assets: [assets.bundle, assets.models ?? []].flat(),
    });
    const version = environment.SC_BOOTSTRAP_VERSION.slice(0, 12);
    const handle = new CfnWaitConditionHandle(this, `Ready${version}`);
    const instance = new Instance(this, `Instance${version}`, {
      vpc: network.vpc,
      vpcSubnets: { subnets: [place.subnet] },
      securityGroup: network.securityGroups[what],
      // Apart from the instance, so that it stays when that is replaced.
      instanceProfile: new InstanceProfile(this, 'Profile', {
        role: this.role,
      }),
      instanceName: `${config.name}-pair-${pair}-${what}`,
      instanceType: new InstanceType(config[`${what}InstanceType`]),
      machineImage: this.#image(what, config[`${what}Ami`]),
      userData: UserData.custom(
        renderUserData({
          environment,
          bundleUrl: assets.bundle.url,
          signalUrl: handle.ref,
        }),
      ),
      httpTokens: HttpTokens.REQUIRED,
      httpPutResponseHopLimit: 1,
      blockDevices: [
        {
          // The root volume of Amazon Linux 2023, also of the Deep Learning AMIs made from it.
          deviceName: '/dev/xvda',
          volume: BlockDeviceVolume.ebs(config[`${what}VolumeGiB`], {
            encrypted: true,
            volumeType: EbsDeviceVolumeType.GP3,
            deleteOnTermination: true,
          }),
        },
      ],
      propagateTagsToVolumeOnCreation: true,
      instanceInitiatedShutdownBehavior: InstanceInitiatedShutdownBehavior.TERMINATE,
    });
    instance.node.addDependency(...place.wayOut);
    Tags.of(this).add(tagKeys.role, what);
    if (config.spot) this.#buyFromSpotMarket(instance);
    Validations.of(instance).acknowledge(
      {
        id: 'AwsSolutions-EC28',
        reason: 'Each second is sampled on the node itself; CloudWatch would add minutes, and cost',
      },
      {
        id: 'AwsSolutions-EC29',
        reason: 'A node must be able to end itself, and "cdk destroy" to end it',
      },
      {
        id: 'CloudFormation-Validate::W3010',
        reason: 'Both nodes of a pair must be in one zone, and people choose which',
      },
      {
        id: 'CloudFormation-Validate::W9010',
        reason: 'An image is pinned by its id so that two deployments are the same',
      },
    );
    this.#endWhenIdle(instance, config[`${what}InstanceType`], version);
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

  /**
   * The given image, or the newest at the time of each deployment, which is warned of: a new image would replace the node, "cdk diff"
   * does not show it, and nothing waits for the new node.
   */
  #image(role: NodeRole, ami: string | undefined): IMachineImage {
    if (ami !== undefined) return MachineImage.genericLinux({ [Stack.of(this).region]: ami });
    Annotations.of(this).addWarningV2(
      `serving-compare:unpinned-${role}-ami`,
      `Without credentials the image of the ${role} node stays open: each deployment of this template takes the newest, may replace the node, and does not wait for it. With credentials, or with ${role}Ami in serving-compare.json, it is fixed.`,
    );
    return MachineImage.fromSsmParameter(publicImageParameters[role], {
      os: OperatingSystemType.LINUX,
    });
  }

  /**
   * The first alarm of an account with an EC2 action makes the service-linked role AWSServiceRoleForCloudWatchEvents:
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-service-linked-roles.html
   */
  #endWhenIdle(instance: Instance, instanceType: string, version: string): void {
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

  /** An instance has no property for it, only a launch template does; what the instance says itself goes before. */
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
