import {
  boolean,
  number,
  object,
  optional,
  string,
  type Static,
} from '../../../serving-configs/schema.ts';

export const cpuStateSchema = object(
  {
    cpuGovernor: optional(
      string('How its clock is chosen, e.g. `performance`; absent if a hypervisor chooses it.'),
    ),
    smt: optional(
      boolean('Whether two threads share a core; absent if the system does not report it.'),
    ),
  },
  'Settings that change the speed of a processor.',
);
export interface CpuState extends Static<typeof cpuStateSchema> {}

export const machineFactsSchema = object(
  {
    ...cpuStateSchema.properties,
    cpuModel: string(),
    cores: number(),
    memoryBytes: number(),
    os: string(),
    kernel: string(),
    architecture: string(),
  },
  'A machine, as its operating system describes it.',
);
export interface MachineFacts extends Static<typeof machineFactsSchema> {}

export const nodeFactsSchema = object(
  {
    instanceId: string(),
    instanceType: string(),
    amiId: optional(string()),
    lifecycle: optional(string('`on-demand` or `spot`, from the metadata service.')),
    bootstrapVersion: string('SHA-256 (hex) over everything that the node was set up with.'),
    machine: machineFactsSchema,
    gpu: optional(
      object({
        name: string(),
        driver: string(),
        memoryMiB: number(),
      }),
    ),
  },
  'One machine of a node pair.',
);
export interface NodeFacts extends Static<typeof nodeFactsSchema> {}
