import type { CpuState, MachineFacts } from '../../aws/contract/machine-facts.ts';
import { counted, formatBytes } from './format-number.ts';

/** The known settings of the processor: `governor performance`, `SMT on`. */
export const cpuStateTexts = ({ cpuGovernor, smt }: CpuState): readonly string[] => [
  ...(cpuGovernor === undefined ? [] : [`governor ${cpuGovernor}`]),
  ...(smt === undefined ? [] : [`SMT ${smt ? 'on' : 'off'}`]),
];

/** Describes a machine in one line. */
export const machineText = (machine: MachineFacts): string =>
  [
    machine.cpuModel,
    counted(machine.cores, 'core'),
    ...cpuStateTexts(machine),
    `${formatBytes(machine.memoryBytes)} memory`,
    machine.architecture,
  ].join(', ');

/** Operating system and kernel. */
export const systemText = ({ os, kernel }: MachineFacts): string => `${os}, kernel ${kernel}`;
