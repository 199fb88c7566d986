/** Settings that change the speed of a processor. */
export interface CpuState {
  /** How its clock is chosen, e.g. `performance`; absent if a hypervisor chooses it. */
  readonly cpuGovernor?: string;
  /** Whether two threads share a core; absent if the system does not report it. */
  readonly smt?: boolean;
}

/** A machine, as its operating system describes it. */
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
  /** `on-demand` or `spot`, from the metadata service. */
  readonly lifecycle?: string;
  /** SHA-256 (hex) over everything that the node was set up with. */
  readonly bootstrapVersion: string;
  readonly machine: MachineFacts;
  readonly gpu?: { readonly name: string; readonly driver: string; readonly memoryMiB: number };
}
