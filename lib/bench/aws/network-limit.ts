import { DescribeInstanceTypesCommand, type _InstanceType } from '@aws-sdk/client-ec2';
import { inputShape, SCORES_SHAPE } from '../../../serving-configs/models/served-model.ts';
import type { Encoding } from '../../../serving-configs/manifest.ts';
import { sizeOfShape } from '../../../serving-configs/models/tensors/tensor-spec.ts';
import type { Target } from '../model/measurement.ts';
import { formatBytes, formatFigure } from '../wording/format-number.ts';
import type { Aws } from './clients.ts';
import type { DeployedPair } from './find-deployment.ts';
import { readNodes } from './node-states.ts';

/** Mean size of a model's requests and answers. */
export interface ExchangeBytes {
  readonly requestBytes: number;
  readonly answerBytes: number;
  /** How many times longer they are as JSON. */
  readonly jsonFactor: number;
}

/** Those of ResNet-50 with 32-bit floats. */
export const RESNET50_BYTES: ExchangeBytes = {
  requestBytes: 4 * sizeOfShape(inputShape({ layout: 'NCHW' })),
  answerBytes: 4 * sizeOfShape(SCORES_SHAPE),
  jsonFactor: 4,
};

/** A serving that handles one request at a time is hardly faster, so a network that carries more is not the limit. */
const FAST_PER_SECOND = 1000;

/** How many times longer a body is in an encoding than in binary. */
const encodingFactor = (encoding: Encoding, { jsonFactor }: ExchangeBytes): number => {
  if (encoding === 'json') return jsonFactor;
  return encoding === 'base64' ? 4 / 3 : 1;
};

/** The bandwidth that an instance type always has, in each direction. */
export interface Baseline {
  readonly type: string;
  readonly gbitPerSecond: number;
}

/**
 * Warns of the request rate at which the network between the nodes is full; undefined if no serving gets that fast. Traffic
 * flows both ways at once, so the larger of request and answer decides.
 */
export const networkLine = (
  targets: readonly Pick<Target, 'payload' | 'encoding'>[],
  baselines: readonly Baseline[],
  exchange: ExchangeBytes,
): string | undefined => {
  const [slowest] = baselines.toSorted((a, b) => a.gbitPerSecond - b.gbitPerSecond);
  const [longest] = targets
    .filter(({ payload }) => payload !== 'image')
    .map(({ encoding }) => ({ encoding, factor: encodingFactor(encoding, exchange) }))
    .toSorted((a, b) => b.factor - a.factor);
  if (slowest === undefined || longest === undefined) return undefined;
  const bytes = longest.factor * Math.max(exchange.requestBytes, exchange.answerBytes);
  const { type, gbitPerSecond } = slowest;
  const perSecond = (gbitPerSecond * 1e9) / 8 / bytes;
  if (perSecond > FAST_PER_SECOND) return undefined;
  return `the network of ${type} is full at ${Math.floor(perSecond)} tensor requests/s (${formatBytes(bytes)} each${longest.encoding === 'json' ? ' as JSON' : ''} at its baseline of ${formatFigure(gbitPerSecond)} Gbit/s): it limits every serving that is faster`;
};

/** Reads the baselines of the pairs' instance types; types for which EC2 reports none are left out. */
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
