import type { Machine } from './machine.ts';

/** One machine of a node pair. */
export interface AwsNode {
  readonly instanceId: string;
  readonly instanceType: string;
  readonly amiId?: string;
  /** As the metadata service calls it: `on-demand` or `spot`. */
  readonly lifecycle?: string;
  /** SHA-256 (hex) over everything that the node was set up with. */
  readonly bootstrapVersion: string;
  readonly machine: Machine;
  readonly gpu?: { readonly name: string; readonly driver: string; readonly memoryMiB: number };
}

/** The two machines that measured for a pair from a moment on. A pair whose nodes were replaced comes several times. */
export interface AwsPair {
  /** Number of the pair, from 1. */
  readonly pair: number;
  /** ISO 8601; holds for the cells that were started after it, up to the next entry of the same pair. */
  readonly since: string;
  readonly availabilityZone: string;
  /** Absent where no price is listed for these machines. */
  readonly pricePerHourUsd?: number;
  /** Day on which the prices behind it were read, and where; absent without a price. */
  readonly priceDate?: string;
  readonly priceSource?: string;
  readonly serving: AwsNode;
  readonly middleware: AwsNode;
  /** Clock of the serving node minus that of the middleware node; absent where the node does not tell. */
  readonly clock?: { readonly offsetMs: number; readonly uncertaintyMs: number };
}

/** The node pairs of a run on AWS. */
export interface AwsEnvironment {
  readonly deployment: string;
  readonly region: string;
  /** Image reference with its digest, or the id of an image that the node built, by serving; empty with the reference runtime. */
  readonly images: Readonly<Record<string, string>>;
  /** What containers computed on; absent with the reference runtime. */
  readonly accelerator?: 'cpu' | 'gpu';
  /** What the models of the containers were built from; absent with the reference runtime. */
  readonly weights?: string;
  readonly pairs: readonly AwsPair[];
}
