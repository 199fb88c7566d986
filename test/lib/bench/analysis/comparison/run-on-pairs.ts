import type { AwsPair } from '../../../../../lib/bench/model/environment.ts';
import type { NodeFacts } from '../../../../../lib/aws/contract/machine-facts.ts';
import type { CompletedMeasurement, ResultRecord } from '../../../../../lib/bench/model/record.ts';
import type { RunData } from '../../../../../lib/bench/results/run-folder.ts';
import { recordedEnvironment, withMeasurements } from '../../../../support/recorded-run.ts';

const node = (instanceId: string): NodeFacts => ({
  instanceId,
  instanceType: 'c5.xlarge',
  bootstrapVersion: 'b'.repeat(64),
  machine: recordedEnvironment.machine,
});

/** A node pair whose instance ids contain a name. */
const pairNamed = (pair: number, name: string): AwsPair => ({
  pair,
  since: '2026-01-01T00:00:00.000Z',
  availabilityZone: 'us-east-1a',
  pricePerHourUsd: 0.7,
  serving: node(`i-serving-${name}`),
  middleware: node(`i-middleware-${name}`),
});

/** Multiplies the rates of measurements, except those of no-op limits. */
export const withRates = (
  data: RunData,
  factorOf: (measurement: CompletedMeasurement) => number,
): RunData =>
  withMeasurements(data, (record) => {
    const { load, measurement } = record;
    const factor = measurement.engine === 'noop' ? 1 : factorOf(record);
    const requestRatePerSecond = load.requestRatePerSecond * factor;
    return { ...record, load: { ...load, requestRatePerSecond } };
  });

/** Turns a run into one on AWS, whose repeats were measured by node pairs with these names in turn. */
export const onPairs = (data: RunData, names: readonly string[]): RunData => ({
  ...data,
  environment: {
    ...data.environment,
    where: 'aws',
    aws: {
      deployment: 'study',
      region: 'us-east-1',
      images: {},
      pairs: names.map((name, index) => pairNamed(index + 1, name)),
    },
  },
  records: data.records.flatMap((record): ResultRecord[] => {
    if (record.kind === 'answer-check') return [record];
    return record.kind === 'measurement'
      ? [{ ...record, pair: 1 + ((record.measurement.repeat - 1) % names.length) }]
      : names.map((_, index) => ({ ...record, pair: index + 1 }));
  }),
});
