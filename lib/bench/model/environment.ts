import type { MachineFacts, NodeFacts } from '../../aws/contract/machine-facts.ts';

/** The two nodes of a pair. A pair has several entries if its nodes were replaced. */
export interface AwsPair {
  /** From 1. */
  readonly pair: number;
  /** ISO 8601. The entry holds for measurements that started after it, until the next entry of the same pair. */
  readonly since: string;
  readonly availabilityZone: string;
  /** Absent if there is no list price for these nodes. */
  readonly pricePerHourUsd?: number;
  /** When and where the prices were read; absent without a price. */
  readonly priceDate?: string;
  readonly priceSource?: string;
  readonly serving: NodeFacts;
  readonly middleware: NodeFacts;
}

/** The node pairs of a run on AWS. */
export interface AwsEnvironment {
  readonly deployment: string;
  readonly region: string;
  /** Image by serving: a reference with its digest, or the id of an image that the node built. Empty with the simulated runtime. */
  readonly images: Readonly<Record<string, string>>;
  /** Of the containers; absent with the simulated runtime. */
  readonly accelerator?: 'cpu' | 'gpu';
  /** Source of the models in the containers; absent with the simulated runtime. */
  readonly weights?: string;
  readonly pairs: readonly AwsPair[];
}

/** The content of `environment.json`: where and with what a run was made. */
export interface Environment {
  readonly where: 'local' | 'aws';
  /** The machine of the runner and the middleware; with several pairs, the first pair's. */
  readonly machine: MachineFacts;
  /** Of Node, this project, and the npm packages that take part in the measurement. */
  readonly versions: Readonly<Record<string, string>>;
  /** Commit of the project, `dirty` if the working tree differs from it; null outside a git checkout. */
  readonly commit: { readonly hash: string; readonly dirty: boolean } | null;
  readonly processes: {
    readonly middleware: number;
    readonly serving: number;
    readonly load: number;
  };
  readonly model: { readonly file: string; readonly sha256: string; readonly trained: boolean };
  readonly seed: number;
  /** Present for node pairs. */
  readonly aws?: AwsEnvironment;
}
