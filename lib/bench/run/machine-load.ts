import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { BUSY } from '../analysis/machine.ts';
import type { MachineLoad, OtherRun } from '../model/environment.ts';
import { counted, formatFigure } from '../wording/format-number.ts';
import { printable } from '../wording/text-layout.ts';

/** What the machine has to do besides the runs of this program that are known. */
export const readMachineLoad = (otherRuns: readonly OtherRun[]): MachineLoad => ({
  loadAverage: loadavg()[0] ?? 0,
  otherRuns,
});

const nameOf = (folder: string): string => {
  const relative = path.relative('.', folder);
  return printable(relative.startsWith('..') ? folder : relative);
};

/** Says before a run what will disturb it. */
export const machineWarnings = (
  { loadAverage, otherRuns }: MachineLoad,
  cores = cpus().length,
): readonly string[] => [
  ...(loadAverage > BUSY.loadPerCore * cores
    ? [
        `! load average ${formatFigure(loadAverage)} on ${counted(cores, 'core')}: other programs are running; expect wide intervals`,
      ]
    : []),
  ...otherRuns.map(
    ({ folder, pid }) =>
      `! another run measures on this machine: ${nameOf(folder)} (process ${pid})`,
  ),
];
