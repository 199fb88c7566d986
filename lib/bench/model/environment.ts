/** A machine as its system describes it. */
export interface Machine {
  readonly cpuModel: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly os: string;
  readonly kernel: string;
  readonly architecture: string;
  /** How the clock of the processor is chosen, e.g. `performance`; absent if a hypervisor does that. */
  readonly cpuGovernor?: string;
  /** Whether two threads share a core; absent if the system does not tell. */
  readonly smt?: boolean;
}

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
  /** ISO 8601; holds for the measurements that were started after it, up to the next entry of the same pair. */
  readonly since: string;
  readonly availabilityZone: string;
  /** Absent if no price is listed for these machines. */
  readonly pricePerHourUsd?: number;
  /** Day on which the prices behind it were read, and where; absent without a price. */
  readonly priceDate?: string;
  readonly priceSource?: string;
  readonly serving: AwsNode;
  readonly middleware: AwsNode;
}

/** The node pairs of a run on AWS. */
export interface AwsEnvironment {
  readonly deployment: string;
  readonly region: string;
  /** Image reference with its digest, or the id of an image that the node built, by serving; empty with the simulated runtime. */
  readonly images: Readonly<Record<string, string>>;
  /** What containers computed on; absent with the simulated runtime. */
  readonly accelerator?: 'cpu' | 'gpu';
  /** What the models of the containers were built from; absent with the simulated runtime. */
  readonly weights?: string;
  readonly pairs: readonly AwsPair[];
}

/** Where and with what a run was made; written to `environment.json` of the run folder. */
export interface Environment {
  readonly where: 'local' | 'aws';
  /** The machine of the runner, which is the middleware's; with several pairs, the first one's. */
  readonly machine: Machine;
  /** Node, npm packages that take part in the measurement, and this project. */
  readonly versions: Readonly<Record<string, string>>;
  /** Commit of the project; `dirty` if the working tree differs from it; null outside a git checkout. */
  readonly commit: { readonly hash: string; readonly dirty: boolean } | null;
  readonly processes: {
    readonly middleware: number;
    readonly serving: number;
    readonly load: number;
  };
  readonly model: { readonly file: string; readonly sha256: string; readonly trained: boolean };
  readonly seed: number;
  /** Present if it ran on node pairs. */
  readonly aws?: AwsEnvironment;
}
