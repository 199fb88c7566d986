import {
  described,
  number,
  object,
  optional,
  type Static,
} from '../../../serving-configs/schema.ts';
import { gpuThrottleSchema } from './gpu-throttle.ts';
import { cpuStateSchema } from './machine-facts.ts';
import { packetsOverSchema } from './network-allowance.ts';

export const gpuFiguresSchema = object(
  {
    utilisationMeanPercent: number(),
    memoryUsedMiB: number('Maximum in the window.'),
    smClockMeanMHz: number('Mean clock of the streaming multiprocessors in the window.'),
    smClockMinMHz: number(
      'Lowest clock of the streaming multiprocessors in the window, which shows throttling.',
    ),
    throttle: optional(described(gpuThrottleSchema, 'Absent if the GPU does not report it.')),
  },
  'Figures of the first GPU, from nvidia-smi.',
);
export interface GpuFigures extends Static<typeof gpuFiguresSchema> {}

export const nodeFiguresSchema = object(
  {
    samples: number('Number of samples in the window.'),
    cpuBusyShare: number('Mean share of CPU time that was not idle, 0 to 1.'),
    cpuStealShare: number(
      'Share of CPU time that the hypervisor gave to other machines, 0 to 1; more than a few per cent makes figures doubtful.',
    ),
    memoryUsedBytes: number(
      'Maximum of the memory that was neither free nor could be freed at once.',
    ),
    rxBytes: number(
      "Bytes received on the node's own interfaces, without loopback and those of containers.",
    ),
    txBytes: number('Bytes sent on these interfaces.'),
    packetsOver: optional(packetsOverSchema),
    cpuState: optional(
      object(
        {
          before: cpuStateSchema,
          after: cpuStateSchema,
        },
        'The state right before and after the window; absent if there was no sample.',
      ),
    ),
    gpu: optional(described(gpuFiguresSchema, 'Absent if the node has no GPU.')),
  },
  'What a node used in a window, from one sample per second. Shares refer to all cores.',
);
export interface NodeFigures extends Static<typeof nodeFiguresSchema> {}

/** The memory use of a node at one time; unknown figures are absent. */
export interface MemoryUse {
  /** Memory that was neither free nor could be freed at once. */
  readonly usedBytes?: number;
  /** Memory of the first GPU. */
  readonly gpuUsedMiB?: number;
}
