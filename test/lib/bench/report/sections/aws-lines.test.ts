import { awsLines, whereText } from '../../../../../lib/bench/report/sections/aws-lines.ts';
import type { AwsPair } from '../../../../../lib/bench/model/environment.ts';
import type { Environment } from '../../../../../lib/bench/model/environment.ts';
import { recordedEnvironment } from '../../../../support/recorded-run.ts';

const { machine } = recordedEnvironment;
const pair = (number: number, since: string): AwsPair => ({
  pair: number,
  since,
  availabilityZone: 'us-east-1a',
  pricePerHourUsd: 0.696,
  serving: {
    instanceId: 'i-1',
    instanceType: 'g4dn.xlarge',
    amiId: 'ami-1',
    lifecycle: 'spot',
    bootstrapVersion: 'b'.repeat(64),
    machine,
    gpu: { name: 'Tesla T4', driver: '595.71', memoryMiB: 15_360 },
  },
  middleware: {
    instanceId: 'i-2',
    instanceType: 'c5.xlarge',
    bootstrapVersion: 'b'.repeat(64),
    machine,
  },
});
const environment = (...pairs: readonly AwsPair[]): Environment => ({
  ...recordedEnvironment,
  where: 'aws',
  aws: { deployment: 'study', region: 'us-east-1', images: { one: 'name@sha256:aa' }, pairs },
});

describe('the environment of a run on AWS', () => {
  it('names each pair with its machines, its price and its images', () => {
    const lines = awsLines(environment(pair(1, '2026-01-01T00:00:00.000Z')));

    expect(lines).toEqual([
      {
        name: 'Pair 1',
        text:
          'us-east-1a; serving g4dn.xlarge i-1, ami-1, spot, Tesla T4, driver 595.71, Example CPU @ 2.5 GHz, 2 cores, ' +
          '8.00 GiB memory, Example OS 12, kernel 6.1.0, bootstrap bbbbbbbbbbbb; middleware c5.xlarge i-2, Example CPU @ ' +
          '2.5 GHz, 2 cores, 8.00 GiB memory, Example OS 12, kernel 6.1.0, bootstrap bbbbbbbbbbbb; $0.696 an hour',
      },
      { name: 'Image of one', text: 'name@sha256:aa' },
    ]);
  });

  it('is no different for a run on one machine', () => {
    expect(awsLines(recordedEnvironment)).toEqual([]);
    expect(whereText({ where: 'local', runtime: 'simulated' }, recordedEnvironment)).toBe(
      'local, runtime simulated',
    );
    expect(whereText({ where: 'aws', runtime: 'container' }, environment())).toBe(
      'aws, region us-east-1, deployment study, runtime container',
    );
  });
});
