/** What changes the speed of a processor and stands in no model name. */
export interface CpuState {
  /** How its clock is chosen, e.g. `performance`; absent where a hypervisor does that. */
  readonly cpuGovernor?: string;
  /** Whether two threads share a core; absent where the system does not tell. */
  readonly smt?: boolean;
}

/** A machine as its system describes it. */
export interface MachineFacts extends CpuState {
  readonly cpuModel: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly os: string;
  readonly kernel: string;
  readonly architecture: string;
}

/** One machine of a node pair. */
export interface NodeFacts {
  readonly instanceId: string;
  readonly instanceType: string;
  readonly amiId?: string;
  /** As the metadata service calls it: `on-demand` or `spot`. */
  readonly lifecycle?: string;
  /** SHA-256 (hex) over everything that the node was set up with. */
  readonly bootstrapVersion: string;
  readonly machine: MachineFacts;
  readonly gpu?: { readonly name: string; readonly driver: string; readonly memoryMiB: number };
}
