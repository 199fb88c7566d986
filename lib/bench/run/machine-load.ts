import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { wasBusyBefore } from '../analysis/machine.ts';
import type { MachineLoad, OtherRun } from '../model/environment.ts';
import { counted, formatFigure, roughPercent } from '../wording/format-number.ts';
import { printable } from '../wording/text-layout.ts';
import { machineUse, othersShare } from './servings/process-use.ts';

/** The shortest time over which the use of other programs is measured. */
const MIN_MS = 1000;

/**
 * Begins to measure what the machine has to do besides this run.
 *
 * @param otherRuns of this program that are known
 * @returns ends it, not before a second is over; this run may work meanwhile
 */
export const beginMachineLoad = (otherRuns: readonly OtherRun[]): (() => Promise<MachineLoad>) => {
  const loadAverage = loadavg()[0] ?? 0;
  const before = machineUse();
  return async () => {
    if (before === undefined) return { loadAverage, otherRuns };
    await sleep(Math.max(0, before.atMs + MIN_MS - performance.now()));
    const after = machineUse();
    const othersCpuShare = after && othersShare(before, after);
    return { loadAverage, othersCpuShare, otherRuns };
  };
};

const nameOf = (folder: string): string => {
  const relative = path.relative('.', folder);
  return printable(relative.startsWith('..') ? folder : relative);
};

/** A load average, which is all that macOS tells of other programs, does not say which of them still run: it includes the run before. */
const busyText = ({ loadAverage, othersCpuShare }: MachineLoad, cores: number): string =>
  othersCpuShare === undefined
    ? `the load average of the last minute is ${formatFigure(loadAverage)} on ${counted(cores, 'core')}; if other programs still run, close them`
    : `other programs use ${roughPercent(othersCpuShare)} % of the ${counted(cores, 'core')}; close them`;

/** Says before a run what will disturb it. */
export const machineWarnings = (load: MachineLoad, cores = cpus().length): readonly string[] => [
  ...(wasBusyBefore(load, cores) ? [`! ${busyText(load, cores)}, or expect wide intervals`] : []),
  ...load.otherRuns.map(
    ({ folder, pid }) =>
      `! another run measures on this machine: ${nameOf(folder)} (process ${pid})`,
  ),
];
