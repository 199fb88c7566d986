import type { AwsPair } from '../../../../../lib/bench/model/environment.ts';
import type { NodeFacts } from '../../../../../lib/deployment/machine-facts.ts';
import type { CompletedMeasurement, ResultRecord } from '../../../../../lib/bench/model/record.ts';
import type { RunData } from '../../../../../lib/bench/results/run-folder.ts';
import { recordedEnvironment, withMeasurements } from '../../../../support/recorded-run.ts';

const node = (instanceId: string): NodeFacts => ({
  instanceId,
  instanceType: 'c5.xlarge',
  bootstrapVersion: 'b'.repeat(64),
  machine: recordedEnvironment.machine,
});

/** A pair whose nodes are named after one machine. */
const pairOn = (pair: number, machine: string): AwsPair => ({
  pair,
  since: '2026-01-01T00:00:00.000Z',
  availabilityZone: 'us-east-1a',
  pricePerHourUsd: 0.7,
  serving: node(`i-serving-${machine}`),
  middleware: node(`i-middleware-${machine}`),
});

/** The same records with other rates; all else stays. */
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

/** The same run on AWS: its repeats went to node pairs in turn, pair 1 on the first of the machines and so on. */
export const onPairs = (data: RunData, machines: readonly string[]): RunData => ({
  ...data,
  environment: {
    ...data.environment,
    where: 'aws',
    aws: {
      deployment: 'study',
      region: 'us-east-1',
      images: {},
      pairs: machines.map((machine, index) => pairOn(index + 1, machine)),
    },
  },
  records: data.records.flatMap((record): ResultRecord[] => {
    if (record.kind === 'answer-check') return [record];
    return record.kind === 'measurement'
      ? [{ ...record, pair: 1 + ((record.measurement.repeat - 1) % machines.length) }]
      : machines.map((_, index) => ({ ...record, pair: index + 1 }));
  }),
});
