import { parseConfig } from '../../../../../lib/aws/config/index.ts';
import { quotaNeeds, quotaVerdict } from '../../../../../lib/bench/aws/doctor/quotas.ts';

const codesOf = (input: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(quotaNeeds(parseConfig(input)).map(({ code, needed }) => [code, needed]));

describe('the quotas of a deployment', () => {
  it('are those of GPUs and of standard instances for all pairs, and one network', () => {
    expect(codesOf({ pairs: 3 })).toEqual({
      'L-DB2E81BA': 12,
      'L-1216C47A': 12,
      'L-F678F1CE': 1,
      'L-A4707A72': 1,
    });
  });

  it('are those of spot if it is bought', () => {
    expect(codesOf({ spot: true })).toMatchObject({ 'L-3819A6DF': 4, 'L-34B43A08': 4 });
  });

  it('have a family of their own for P instances', () => {
    expect(codesOf({ servingInstanceType: 'p4d.24xlarge' })).toMatchObject({ 'L-417A185B': 96 });
  });

  it('are not those of networks if one exists', () => {
    const network = {
      vpcId: 'vpc-0123456789abcdef0',
      subnetId: 'subnet-0123456789abcdef0',
      availabilityZone: 'us-east-1a',
    };

    expect(Object.keys(codesOf(network))).toEqual(['L-DB2E81BA', 'L-1216C47A']);
  });

  it('fail with the command that asks for more', () => {
    const need = { service: 'vpc', code: 'L-F678F1CE', title: 'VPCs', needed: 1 } as const;

    expect(quotaVerdict(need, 5, 4, 'eu-west-1').state).toBe('ok');
    expect(quotaVerdict(need, undefined, 0, 'eu-west-1').state).toBe('failed');
    expect(quotaVerdict(need, 5, 5, 'eu-west-1')).toMatchObject({
      state: 'failed',
      remedy:
        'aws service-quotas request-service-quota-increase --region eu-west-1 --service-code vpc --quota-code L-F678F1CE --desired-value 6',
    });
  });

  it('are not those of standard instances if a family has its own', () => {
    expect(codesOf({ servingInstanceType: 'inf2.xlarge' })).toMatchObject({ 'L-1216C47A': 4 });
  });
});
