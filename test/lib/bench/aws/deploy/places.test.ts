import {
  failureAdvice,
  failureKind,
  failureOf,
  type StackEvent,
} from '../../../../../lib/bench/aws/deploy/failure.ts';
import { sharedWords } from '../../../../../lib/bench/aws/deploy/cdk.ts';
import { nextPlace, overrideFor, placeId } from '../../../../../lib/bench/aws/deploy/next-place.ts';
import { pairConfigOf, parseConfig, type Config } from '../../../../../lib/config.ts';

const NO_CAPACITY =
  'Resource handler returned message: "We currently do not have sufficient g4dn.xlarge capacity in the Availability Zone you requested (us-east-1a)." (HandlerErrorCode: InsufficientInstanceCapacity)';

/** The places of the first pair in the order in which they are tried. */
const placesOf = (config: Config): readonly string[] => {
  const tried: string[] = [];
  for (
    let place: ReturnType<typeof nextPlace> = pairConfigOf(config, 1);
    place !== undefined;
    place = nextPlace(config, 1, new Set(tried))
  ) {
    tried.push(placeId(place));
  }
  return tried;
};

describe('where a pair is tried next', () => {
  it('is nowhere where no other zone may be tried', () => {
    expect(placesOf(parseConfig({}))).toEqual(['us-east-1a off']);
    expect(placesOf(parseConfig({ spot: 'require' }))).toEqual(['us-east-1a require']);
  });

  it('is the next of the other zones, in their order', () => {
    const config = parseConfig({ otherAvailabilityZones: ['us-east-1c', 'us-east-1b'] });

    expect(placesOf(config)).toEqual(['us-east-1a off', 'us-east-1c off', 'us-east-1b off']);
  });

  it('is on demand only when no zone has spot capacity, and only where that is preferred', () => {
    const zones = { otherAvailabilityZones: ['us-east-1b'] };

    expect(placesOf(parseConfig({ ...zones, spot: 'prefer' }))).toEqual([
      'us-east-1a prefer',
      'us-east-1b prefer',
      'us-east-1a off',
      'us-east-1b off',
    ]);
    expect(placesOf(parseConfig({ ...zones, spot: 'require' }))).toEqual([
      'us-east-1a require',
      'us-east-1b require',
    ]);
  });

  it('begins where the pair is now, and comes back to the zone of the others', () => {
    const config = parseConfig({
      otherAvailabilityZones: ['us-east-1b'],
      pairOverrides: { 1: { availabilityZone: 'us-east-1b' } },
    });

    expect(placesOf(config)).toEqual(['us-east-1b off', 'us-east-1a off']);
  });

  it('is written down only as far as it differs from what holds for all', () => {
    const config = parseConfig({ spot: 'prefer', otherAvailabilityZones: ['us-east-1b'] });

    expect(overrideFor(config, { availabilityZone: 'us-east-1b', spot: 'off' })).toEqual({
      availabilityZone: 'us-east-1b',
      spot: 'off',
    });
    expect(overrideFor(config, { availabilityZone: 'us-east-1a', spot: 'prefer' })).toEqual({});
  });
});

const event = (resource: string, status: string, reason?: string): StackEvent => ({
  resource,
  status,
  reason,
});

describe('why a stack failed', () => {
  it('is the first failure of the last operation, not what follows from it', () => {
    const failure = failureOf('d-pair-1', [
      event('d-pair-1', 'ROLLBACK_COMPLETE'),
      event('Role', 'CREATE_FAILED', 'Resource creation cancelled'),
      event('Other', 'CREATE_FAILED', 'a later one'),
      event('Instance', 'CREATE_FAILED', NO_CAPACITY),
      event('d-pair-1', 'CREATE_IN_PROGRESS'),
      event('Instance', 'CREATE_FAILED', 'of an earlier operation'),
    ]);

    expect(failure).toEqual({ stack: 'd-pair-1', reason: NO_CAPACITY, kind: 'capacity' });
  });

  it('is nothing where nothing failed since', () => {
    expect(failureOf('d', [event('d', 'CREATE_IN_PROGRESS'), event('x', 'CREATE_FAILED')])).toBe(
      undefined,
    );
  });

  it.each([
    [NO_CAPACITY, 'capacity'],
    ['There is no Spot capacity available that matches your request.', 'capacity'],
    [
      'Your requested instance type (g4dn.xlarge) is not supported in your requested Availability Zone (us-east-1e).',
      'capacity',
    ],
    [
      'You have requested more vCPU capacity than your current vCPU limit of 0 allows (VcpuLimitExceeded)',
      'quota',
    ],
    ["WaitCondition received failed message: 'step=gpu rc=1'", 'bootstrap'],
    ['User is not authorized to perform: ec2:RunInstances', 'denied'],
    ['Invalid AMI', 'other'],
  ] as const)('%s', (reason, kind) => {
    expect(failureKind(reason)).toBe(kind);
    expect(failureAdvice({ stack: 's', reason, kind }, 'us-east-1').join('\n')).not.toBe('');
  });
});

describe('the words for the CDK', () => {
  it('are handed to "destroy" only where it knows them', () => {
    expect(
      sharedWords(['--require-approval', 'never', '--output', 'x', '--profile=p', '-v']),
    ).toEqual(['--output', 'x', '--profile=p']);
  });
});
