import { DescribeInstanceTypesCommand, type _InstanceType } from '@aws-sdk/client-ec2';
import type { RequestBytes } from '../run/request-bytes.ts';
import { formatBytes, formatFigure } from '../wording/format-number.ts';
import { requestWords } from '../wording/labels.ts';
import type { Aws } from './clients.ts';
import type { DeployedPair } from './find-deployment.ts';
import { readNodes } from './node-states.ts';

/** A serving that handles one request at a time is hardly faster, so a network that carries more is not the limit. */
const FAST_PER_SECOND = 1000;

/** The bandwidth that an instance type always has, in each direction. More is lent only for minutes. */
export interface Baseline {
  readonly type: string;
  readonly gbitPerSecond: number;
}

/** How many requests a second the network between the nodes carries for long. */
export interface NetworkBound {
  /** Payload and encoding. */
  readonly what: string;
  /** Size of a request, or of an answer if that is larger: traffic flows both ways at once. */
  readonly bytes: number;
  readonly perSecond: number;
}

/**
 * The bounds of payloads for which the network may be slower than a serving, the lowest first.
 *
 * @param answerBytes mean size of an answer, in the encoding in which clients give requests
 */
export const networkBounds = (
  requests: readonly RequestBytes[],
  { gbitPerSecond }: Baseline,
  answerBytes = 0,
): readonly NetworkBound[] => {
  const largest = new Map<string, number>();
  for (const { target, givenBytes, sentBytes } of requests) {
    // An answer grows as much as a request does when it is encoded.
    const bytes = Math.max(sentBytes, (answerBytes * sentBytes) / givenBytes);
    const what = requestWords(target);
    largest.set(what, Math.max(bytes, largest.get(what) ?? 0));
  }
  return [...largest]
    .map(([what, bytes]) => ({ what, bytes, perSecond: (gbitPerSecond * 1e9) / 8 / bytes }))
    .filter(({ perSecond }) => perSecond <= FAST_PER_SECOND)
    .toSorted((a, b) => a.perSecond - b.perSecond);
};

/** The baseline of the slower node, which is that of the network; undefined if none is known. */
export const slowestOf = (baselines: readonly Baseline[]): Baseline | undefined =>
  baselines.toSorted((a, b) => a.gbitPerSecond - b.gbitPerSecond)[0];

/** Says at which request rates the network between the nodes is full; undefined if no serving gets that fast. */
export const networkLine = (
  bounds: readonly NetworkBound[],
  { type, gbitPerSecond }: Baseline,
): string | undefined => {
  if (bounds.length === 0) return undefined;
  const rates = bounds.map(
    ({ what, bytes, perSecond }) =>
      `${Math.floor(perSecond)}/s with ${what} (${formatBytes(bytes)})`,
  );
  return `the network of ${type} carries ${formatFigure(gbitPerSecond)} Gbit/s for long, which is this many requests: ${rates.join(', ')}; it limits every serving that is faster`;
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
