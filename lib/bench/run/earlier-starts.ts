import type { ResultRecord, Resumed } from '../model/record.ts';

/** What a run did in its earlier starts. */
interface EarlierStarts {
  /** The ids of the measurements that need not be made again; those that failed are. */
  readonly finished: ReadonlySet<string>;
  /** The last repeat that was begun; 0 if there is none. */
  readonly begunRepeats: number;
  /** Whether nothing is left to measure, because the run is decided. */
  readonly isOver: boolean;
}

/** Reads what a run did in its earlier starts. */
export const earlierStartsOf = (records: readonly ResultRecord[]): EarlierStarts => {
  const last = records.findLast(({ kind }) => kind !== 'resumed');
  const measured = records.filter((record) => record.kind === 'measurement');
  const finished = new Set(
    measured.flatMap(({ state, measurement }) => (state === 'failed' ? [] : [measurement.id])),
  );
  const hasFailed = measured.some(({ measurement: { id } }) => !finished.has(id));
  return {
    finished,
    begunRepeats: Math.max(0, ...measured.map(({ measurement: { repeat } }) => repeat)),
    isOver: last?.kind === 'stopped' && last.why === 'decided' && !hasFailed,
  };
};

/** The record of a run that measures on after these. */
export const resumedAfter = (records: readonly ResultRecord[]): Resumed => {
  const timesMs = records.flatMap((record) => {
    if (record.kind === 'resumed') return [Date.parse(record.at)];
    return record.kind === 'measurement' ? [Date.parse(record.finishedAt)] : [];
  });
  const now = new Date();
  const pausedMs = Math.max(0, now.getTime() - Math.max(...timesMs));
  // Without a measurement, everything was preparation.
  const pausedSeconds = Number.isFinite(pausedMs) ? pausedMs / 1000 : 0;
  return { kind: 'resumed', at: now.toISOString(), pausedSeconds };
};
