/** A machine as its system describes it. */
export interface Machine {
  readonly cpuModel: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly os: string;
  readonly kernel: string;
  readonly architecture: string;
  /** How the clock of the processor is chosen, e.g. `performance`; absent where a hypervisor does that. */
  readonly cpuGovernor?: string;
  /** Whether two threads share a core; absent where the system does not tell. */
  readonly smt?: boolean;
}
