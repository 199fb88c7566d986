import { CREATE_SPOT_ROLE } from '../doctor/account.ts';

/** Why a stack could not be deployed, and what that means. */
export interface DeployFailure {
  readonly stack: string;
  /** AWS's own words, from the event of the resource that failed first. */
  readonly reason: string;
  /** `capacity`: another zone, or another way of buying, may have what is missing. */
  readonly kind: 'capacity' | 'quota' | 'bootstrap' | 'denied' | 'other';
}

const KINDS: readonly (readonly [DeployFailure['kind'], RegExp])[] = [
  [
    'capacity',
    /InsufficientInstanceCapacity|sufficient .*capacity|no spot capacity|SpotMaxPriceTooLow|not supported in your requested Availability Zone/i,
  ],
  [
    'quota',
    /VcpuLimitExceeded|vCPU capacity|InstanceLimitExceeded|MaxSpotInstanceCountExceeded|VpcLimitExceeded|ServiceLimitExceeded|maximum number of .* has been reached/i,
  ],
  ['bootstrap', /WaitCondition/i],
  ['denied', /UnauthorizedOperation|AccessDenied|not authorized|ServiceLinkedRole/i],
];

/** What kind of failure AWS's words are about. Pure. */
export const failureKind = (reason: string): DeployFailure['kind'] =>
  KINDS.find(([, words]) => words.test(reason))?.[0] ?? 'other';

/** What a failure means, and the commands that help; one line each. Pure. */
export const failureAdvice = (
  { kind, stack }: DeployFailure,
  region: string,
): readonly string[] => {
  switch (kind) {
    case 'capacity':
      return [
        'AWS has no such instance free there now; in another zone, or some hours later, it may have.',
        'name more zones as "otherAvailabilityZones" of the configuration, or leave it and "availabilityZone" out to try all, then: npx serving-compare deploy',
        '"npx serving-compare doctor" lists the zones that offer the instance types',
      ];
    case 'quota':
      return [
        'The account may not have so much of it; new accounts start with 0 vCPUs for GPUs.',
        'npx serving-compare doctor prints the command that asks AWS for more',
      ];
    case 'bootstrap':
      return [
        'A node came up, but its set-up did not succeed; the words above are its last ones.',
        `keep the node to look at it: npx cdk deploy ${stack} --no-rollback, then aws ssm start-session --region ${region} --target INSTANCE`,
      ];
    case 'denied':
      return [
        'Your user or role lacks a right that deploying needs.',
        'npx cdk bootstrap makes the roles that deploy; you need sts:AssumeRole on them',
        `where it is about the role for Spot: ${CREATE_SPOT_ROLE}`,
      ];
    case 'other':
      return [
        `all events: aws cloudformation describe-stack-events --region ${region} --stack-name ${stack}`,
      ];
    default:
      return kind satisfies never;
  }
};
