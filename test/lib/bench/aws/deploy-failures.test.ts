import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { firstFailure, isCapacity } from '../../../../lib/bench/aws/deploy-failures.ts';

const NO_CAPACITY =
  'Resource handler returned message: "We currently do not have sufficient g4dn.xlarge capacity in the Availability Zone you requested (us-east-1a)." (HandlerErrorCode: InsufficientInstanceCapacity)';

const event = (
  LogicalResourceId: string,
  ResourceStatus: StackEvent['ResourceStatus'],
  ResourceStatusReason = '',
): StackEvent => ({
  StackId: 'id',
  EventId: 'id',
  StackName: 'd-pair-1',
  Timestamp: new Date(0),
  LogicalResourceId,
  ResourceStatus,
  ResourceStatusReason,
});

describe('why a stack failed', () => {
  it('is the resource that failed first, not what follows from it', () => {
    const events = [
      event('d-pair-1', 'CREATE_FAILED'),
      event('Role', 'CREATE_FAILED', 'Resource creation cancelled'),
      event('Other', 'CREATE_FAILED', 'a later one'),
      event('Instance', 'CREATE_FAILED', NO_CAPACITY),
      event('d-pair-1', 'UPDATE_IN_PROGRESS'),
      event('Queue', 'CREATE_FAILED', 'of an earlier operation'),
    ];

    expect(firstFailure(events)?.LogicalResourceId).toBe('Instance');
    expect(firstFailure(events.slice(-2))).toBeUndefined();
  });

  it.each([
    [true, NO_CAPACITY],
    [true, 'There is no Spot capacity available that matches your request.'],
    [
      true,
      'Your requested instance type (g4dn.xlarge) is not supported in your requested Availability Zone (us-east-1e).',
    ],
    [
      false,
      'You have requested more vCPU capacity than your current vCPU limit of 0 allows (VcpuLimitExceeded)',
    ],
    [false, "WaitCondition received failed message: 'step=gpu rc=1'"],
  ])('may be gone in another zone (%s): %s', (expected, reason) => {
    expect(isCapacity({ reason })).toBe(expected);
  });
});
