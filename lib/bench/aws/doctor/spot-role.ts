import { GetRoleCommand } from '@aws-sdk/client-iam';
import { awsErrorName } from '../aws-error.ts';
import type { Aws } from '../clients.ts';
import { failed, ok, type Check } from './check.ts';

const ROLE = 'AWSServiceRoleForEC2Spot';

export const CREATE_SPOT_ROLE =
  'aws iam create-service-linked-role --aws-service-name spot.amazonaws.com';

/**
 * Whether the account has the role with which EC2 buys spot capacity. The console makes it with the first request; an interface
 * does not: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/service-linked-roles-spot-instance-requests.html
 */
export const checkSpotRole = async ({ iam }: Aws): Promise<Check> => {
  try {
    await iam.send(new GetRoleCommand({ RoleName: ROLE }));
    return ok('spot role', `the account has ${ROLE}`);
  } catch (error) {
    if (awsErrorName(error) !== 'NoSuchEntityException') throw error;
    const detail = `the account has no ${ROLE}, which EC2 needs to buy spot capacity`;
    return failed('spot role', detail, CREATE_SPOT_ROLE);
  }
};
