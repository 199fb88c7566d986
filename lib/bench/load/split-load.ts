import { createHash } from 'node:crypto';
import type { Level } from '../plan/cell.ts';
import type { LoadJob } from './job.ts';

/**
 * The parts of a level for some machines; undefined for one that has nothing to send. Pure.
 *
 * Virtual users are shared as evenly as they can be. Poisson streams of a part of the rate each make up a Poisson stream of
 * the whole; constant streams make up none that is constant, so the first machine sends that alone.
 */
const splitLevel = (level: Level, machines: number): readonly (Level | undefined)[] =>
  Array.from({ length: machines }, (_, machine) => {
    if (level.loop === 'closed') {
      const share = Math.floor(level.virtualUsers / machines);
      const virtualUsers = share + (machine < level.virtualUsers % machines ? 1 : 0);
      return virtualUsers === 0 ? undefined : { ...level, virtualUsers };
    }
    if (level.arrivals === 'constant') return machine === 0 ? level : undefined;
    return { ...level, ratePerSecond: level.ratePerSecond / machines };
  });

/** Streams with one seed would send at the same moments. */
const seedOf = (seed: number, machine: number): number =>
  createHash('sha256').update(`${seed}/load-node-${machine}`).digest().readUInt32LE();

/**
 * A load for several machines: the parts of a job, each with a seed of its own, drawn from that of the job. Pure.
 *
 * @returns for each machine its part; undefined for one that has nothing to send
 */
export const splitLoad = <Job extends Pick<LoadJob, 'level' | 'seed'>>(
  job: Job,
  machines: number,
): readonly (Job | undefined)[] =>
  splitLevel(job.level, machines).map((level, machine) =>
    level === undefined ? undefined : { ...job, level, seed: seedOf(job.seed, machine) },
  );
