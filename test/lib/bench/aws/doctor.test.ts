import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseConfig } from '../../../../lib/aws/config/index.ts';
import {
  bootstrapVerdict,
  DEFAULT_QUALIFIER,
  qualifierOf,
  quotaNeeds,
  quotaVerdict,
  zoneVerdict,
} from '../../../../lib/bench/aws/doctor.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

describe('the quotas of a deployment', () => {
  it('are those of GPUs and of standard instances, for all pairs', () => {
    expect(quotaNeeds(parseConfig({ pairs: 3 }))).toEqual([
      expect.objectContaining({ code: 'L-DB2E81BA', vcpus: 12 }),
      expect.objectContaining({ code: 'L-1216C47A', vcpus: 12 }),
    ]);
  });

  it('are those of spot if it is bought', () => {
    expect(
      quotaNeeds(parseConfig({ spot: true })).map(({ code, vcpus: count }) => [code, count]),
    ).toEqual([
      ['L-3819A6DF', 4],
      ['L-34B43A08', 4],
    ]);
  });

  it('have a family of their own for P instances', () => {
    const config = parseConfig({ servingInstanceType: 'p4d.24xlarge' });

    expect(quotaNeeds(config)[0]).toMatchObject({ code: 'L-417A185B', vcpus: 96 });
  });

  it('fail with the command that asks for more', () => {
    const need = { code: 'L-DB2E81BA', title: 'on-demand G and VT', vcpus: 8 };

    expect(quotaVerdict(need, 8, 0, 'eu-west-1').state).toBe('ok');
    expect(quotaVerdict(need, 7, 0, 'eu-west-1')).toMatchObject({
      state: 'failed',
      remedy:
        'aws service-quotas request-service-quota-increase --region eu-west-1 --service-code ec2 --quota-code L-DB2E81BA --desired-value 8',
    });
    expect(quotaVerdict(need, 8, 4, 'eu-west-1')).toMatchObject({
      state: 'failed',
      remedy: expect.stringContaining('--desired-value 12') as unknown,
    });
  });

  it('are not those of standard instances if a family has its own', () => {
    const config = parseConfig({ servingInstanceType: 'inf2.xlarge' });

    expect(quotaNeeds(config).map(({ code }) => code)).toEqual(['L-1216C47A']);
  });
});

describe('the zones of a deployment', () => {
  it('must offer both instance types, the other zones too', () => {
    const offering = ['us-east-1b'];
    const good = parseConfig({ availabilityZone: 'us-east-1b' });
    const bad = parseConfig({
      availabilityZone: 'us-east-1b',
      otherAvailabilityZones: ['us-east-1c'],
    });

    expect(zoneVerdict(good, offering).state).toBe('ok');
    expect(zoneVerdict(bad, offering)).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('us-east-1c') as unknown,
      remedy: expect.stringContaining('us-east-1b') as unknown,
    });
  });

  it('are those that offer both, if the configuration names none', () => {
    expect(zoneVerdict(parseConfig({}), ['us-east-1b', 'us-east-1c'])).toMatchObject({
      state: 'ok',
      detail: expect.stringContaining('us-east-1b, us-east-1c') as unknown,
    });
  });

  it('are refused if none of them offers both', () => {
    expect(zoneVerdict(parseConfig({}), []).state).toBe('failed');
  });
});

describe('the bootstrap stack', () => {
  it.each([
    ['6', 'ok'],
    ['30', 'ok'],
    ['5', 'failed'],
    [undefined, 'failed'],
  ] as const)('of version %s is %s', (version, state) => {
    expect(bootstrapVerdict(version, 'us-east-1', DEFAULT_QUALIFIER).state).toBe(state);
  });

  it('is looked up by the qualifier of cdk.json, and created with it', async () => {
    const folder = newFolder();
    const file = path.join(folder, 'cdk.json');
    await writeFile(file, '{"app": "node app.js"}');
    expect(await qualifierOf(folder)).toBe(DEFAULT_QUALIFIER);
    await writeFile(file, '{"context": {"@aws-cdk/core:bootstrapQualifier": "ours"}}');
    expect(await qualifierOf(folder)).toBe('ours');
    expect(bootstrapVerdict(undefined, 'us-east-1', 'ours')).toMatchObject({
      remedy: expect.stringMatching(/ --qualifier ours aws:\/\//) as string,
    });
  });
});
