import type { PlanPlace } from '../../model/plan.ts';
import type { AwsNode, AwsPair } from '../../model/environment.ts';
import type { Environment } from '../../model/environment.ts';
import { cpuStateTexts } from '../../wording/labels.ts';
import { formatBytes } from '../../wording/format-number.ts';
import type { NamedLine } from '../model.ts';

const HASH_DIGITS = 12;

/** Where a plan ran, and what served there. */
export const whereText = ({ where, runtime }: PlanPlace, { aws }: Environment): string =>
  [
    where,
    ...(aws === undefined ? [] : [`region ${aws.region}`, `deployment ${aws.deployment}`]),
    `runtime ${runtime}`,
  ].join(', ');

const nodeText = (role: string, node: AwsNode): string => {
  const { machine, gpu } = node;
  return [
    `${role} ${node.instanceType} ${node.instanceId}`,
    ...(node.amiId === undefined ? [] : [node.amiId]),
    ...(node.lifecycle === 'spot' ? ['spot'] : []),
    ...(gpu === undefined ? [] : [`${gpu.name}, driver ${gpu.driver}`]),
    `${machine.cpuModel}, ${machine.cores} cores, ${formatBytes(machine.memoryBytes)} memory`,
    ...cpuStateTexts(machine),
    `${machine.os}, kernel ${machine.kernel}`,
    `bootstrap ${node.bootstrapVersion.slice(0, HASH_DIGITS)}`,
  ].join(', ');
};

const pairLine = (pair: AwsPair, isOneOfSeveral: boolean): NamedLine => ({
  name: `Pair ${pair.pair}`,
  text: [
    `${pair.availabilityZone}${isOneOfSeveral ? `, from ${pair.since} on` : ''}`,
    nodeText('serving', pair.serving),
    nodeText('middleware', pair.middleware),
    pair.pricePerHourUsd === undefined ? 'price not known' : `$${pair.pricePerHourUsd} an hour`,
  ].join('; '),
});

/** The node pairs of a run and what served on them; empty where it ran on one machine. */
export const awsLines = ({ aws }: Environment): readonly NamedLine[] => {
  if (aws === undefined) return [];
  const timesOf = (pair: number): number => aws.pairs.filter((one) => one.pair === pair).length;
  return [
    ...aws.pairs.map((pair) => pairLine(pair, timesOf(pair.pair) > 1)),
    ...(aws.weights === undefined ? [] : [{ name: 'Weights', text: aws.weights }]),
    ...Object.entries(aws.images).map(([serving, image]) => ({
      name: `Image of ${serving}`,
      text: image,
    })),
  ];
};
