import { DescribeInstanceTypesCommand, type _InstanceType } from '@aws-sdk/client-ec2';
import {
  inputShape,
  SCORES_SHAPE,
} from '../../../serving-configs/models/tensors/contract-tensors.ts';
import type { Encoding } from '../../../serving-configs/manifest.ts';
import { sizeOfShape } from '../../../serving-configs/models/tensors/tensor-model.ts';
import type { Target } from '../model/measurement.ts';
import { formatBytes, formatFigure } from '../wording/format-number.ts';
import type { Aws } from './clients.ts';
import type { DeployedPair } from './deployment.ts';
import { readNodes } from './nodes.ts';

/** What one request and its answer carry on average, in bytes. */
export interface ExchangeBytes {
  readonly requestBytes: number;
  readonly answerBytes: number;
  /** How many times as long they are as JSON. */
  readonly timesAsJson: number;
}

/** Of ResNet-50, as 32-bit floats. */
const RESNET: ExchangeBytes = {
  requestBytes: 4 * sizeOfShape(inputShape({ layout: 'NCHW' })),
  answerBytes: 4 * sizeOfShape(SCORES_SHAPE),
  timesAsJson: 4,
};

/** A serving that works on one request at a time is hardly faster: beyond this rate the network is not the limit. */
const FAST_PER_SECOND = 1000;

const timesAs = (encoding: Encoding, { timesAsJson }: ExchangeBytes): number => {
  if (encoding === 'json') return timesAsJson;
  return encoding === 'base64' ? 4 / 3 : 1;
};

/** What an instance type may send, and receive, at all times. */
export interface Baseline {
  readonly type: string;
  readonly gbitPerSecond: number;
}

/**
 * A line about the rate at which the network between the nodes is full, where servings may be as fast; undefined where not. Traffic goes
 * both ways at once, so that the larger of request and answer decides. Pure.
 *
 * @param users of a user's model; undefined: ResNet-50
 */
export const networkLine = (
  targets: readonly Pick<Target, 'payload' | 'encoding'>[],
  users: ExchangeBytes | undefined,
  baselines: readonly Baseline[],
): string | undefined => {
  const [slowest] = baselines.toSorted((a, b) => a.gbitPerSecond - b.gbitPerSecond);
  const exchange = users ?? RESNET;
  const [longest] = targets
    .filter(({ payload }) => payload !== 'image')
    .map(({ encoding }) => ({ encoding, times: timesAs(encoding, exchange) }))
    .toSorted((a, b) => b.times - a.times);
  if (slowest === undefined || longest === undefined) return undefined;
  const bytes = longest.times * Math.max(exchange.requestBytes, exchange.answerBytes);
  const { type, gbitPerSecond } = slowest;
  const perSecond = (gbitPerSecond * 1e9) / 8 / bytes;
  if (perSecond > FAST_PER_SECOND) return undefined;
  return `the network of ${type} is full at ${Math.floor(perSecond)} tensor requests/s (${formatBytes(bytes)} each${longest.encoding === 'json' ? ' as JSON' : ''} at ${formatFigure(gbitPerSecond)} Gbit/s, what it has at all times): it limits every serving that is faster`;
};

/** What the instance types of some pairs have at all times, as far as EC2 says it. */
export const readBaselines = async (
  aws: Aws,
  pairs: readonly DeployedPair[],
): Promise<readonly Baseline[]> => {
  const nodes = await readNodes(aws, pairs);
  const types = [...new Set(nodes.flatMap(({ instanceType }) => instanceType ?? []))];
  if (types.length === 0) return [];
  const { InstanceTypes = [] } = await aws.ec2.send(
    new DescribeInstanceTypesCommand({ InstanceTypes: types as _InstanceType[] }),
  );
  return InstanceTypes.flatMap(({ InstanceType: type = '', NetworkInfo }): Baseline[] => {
    const cards = NetworkInfo?.NetworkCards ?? [];
    const gbitPerSecond = cards[NetworkInfo?.DefaultNetworkCardIndex ?? 0]?.BaselineBandwidthInGbps;
    return gbitPerSecond === undefined ? [] : [{ type, gbitPerSecond }];
  });
};
