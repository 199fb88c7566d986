import {
  array,
  boolean,
  number,
  object,
  optional,
  type Static,
} from '../../../serving-configs/schema.ts';
import { machineLoadSchema, type Environment, type MachineLoad } from '../model/environment.ts';
import { targetId, targetSchema } from '../model/measurement.ts';
import type { CompletedMeasurement, ServingUse } from '../model/record.ts';
import { meanOf, sum } from '../stats/moments.ts';
import { groupBy } from './group-by.ts';

const { loadAverage, otherRuns } = machineLoadSchema.properties;

export const machineStateSchema = object(
  {
    loadAverage: optional(loadAverage),
    otherRuns: optional(otherRuns),
    waitShare: optional(
      number(
        'Share of the time in which the servers could have computed that they waited for a core instead; absent if it is not known.',
      ),
    ),
    othersCpuShare: optional(
      number(
        'Share of the time of all cores that other programs used; with servers that were already running, while the no-op limits were measured; without those, before the first request. Absent likewise.',
      ),
    ),
    targets: array(
      object({ target: targetSchema, waitShare: number() }),
      '`waitShare` of each target; empty if it is not known.',
    ),
    isBusy: boolean(
      'Whether servers, or the no-op backend in their place, waited for a core while other programs used some; if that is not known, whether other programs used a quarter of the cores before the first request; if that is not known either, whether the load average was higher than the number of cores.',
    ),
  },
  'How busy the machine of the servers was: before the first request, and while they were measured.',
);
export interface MachineState extends Static<typeof machineStateSchema> {}

/**
 * Limits of a busy machine. Two programs that each use half of a core are expected to make the servers of two cores wait for about a sixth of
 * their time; machines with a load average of 5 to 15 had 0.5 to 0.86. The programs of a run also wait for each other, and a server with more
 * threads than cores waits for itself, so others must have used some of the cores. Before the first request, when no server may wait, one program
 * that needs half of two cores counts. The load average does not tell whether it still runs: for minutes, it includes the run before.
 */
export const BUSY = {
  waitShare: 0.1,
  othersCpuShare: 0.1,
  othersCpuShareBefore: 0.25,
  loadPerCore: 1,
} as const;

/** Whether a machine was busy before the first request of a run. */
export const wasBusyBefore = (
  { loadAverage: load, othersCpuShare }: Pick<MachineLoad, 'loadAverage' | 'othersCpuShare'>,
  cores: number,
): boolean =>
  othersCpuShare === undefined
    ? load > BUSY.loadPerCore * cores
    : othersCpuShare >= BUSY.othersCpuShareBefore;

const waitShareOf = (uses: readonly ServingUse[]): number | undefined => {
  const known = uses.filter(({ waitMs }) => waitMs !== undefined);
  const waitMs = sum(known.map((use) => use.waitMs ?? 0));
  const runnableMs = waitMs + sum(known.map(({ cpuMs }) => cpuMs));
  return runnableMs === 0 ? undefined : waitMs / runnableMs;
};

/**
 * How busy the machine was; undefined if nothing is known of it.
 *
 * @param measured in the order of the rows
 */
export const machineStateOf = (
  { machineLoad, machine: { cores } }: Pick<Environment, 'machineLoad' | 'machine'>,
  measured: readonly CompletedMeasurement[],
): MachineState | undefined => {
  const used = measured.filter(({ measurement }) => measurement.engine !== 'noop');
  const waitShare = waitShareOf(used.flatMap(({ servingUse }) => servingUse ?? []));
  // What servers use that were already running is not known, but they are idle while the no-op backend is measured.
  const known = waitShare === undefined ? measured : used;
  const shares = known.flatMap(({ othersCpuShare }) => othersCpuShare ?? []);
  const measuredShare = shares.length === 0 ? undefined : meanOf(shares);
  const anyWaitShare = waitShareOf(known.flatMap(({ servingUse }) => servingUse ?? []));
  if (machineLoad === undefined && anyWaitShare === undefined) return undefined;
  const targets = [
    ...groupBy(used, ({ measurement }) => targetId(measurement.target)).values(),
  ].flatMap((ofTarget) => {
    const share = waitShareOf(ofTarget.flatMap(({ servingUse }) => servingUse ?? []));
    const [{ measurement }] = ofTarget;
    return share === undefined ? [] : [{ target: measurement.target, waitShare: share }];
  });
  return {
    ...machineLoad,
    waitShare,
    othersCpuShare: measuredShare ?? machineLoad?.othersCpuShare,
    targets,
    isBusy:
      anyWaitShare === undefined || measuredShare === undefined
        ? machineLoad !== undefined && wasBusyBefore(machineLoad, cores)
        : anyWaitShare >= BUSY.waitShare && measuredShare >= BUSY.othersCpuShare,
  };
};
