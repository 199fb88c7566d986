import { levelId, targetId, type Measurement } from '../model/measurement.ts';

/** Everything of a measurement but its repeat: measurements with the same key are repeats of one row. */
export const rowKey = ({
  target,
  engine,
  scenario,
  level,
}: Pick<Measurement, 'target' | 'engine' | 'scenario' | 'level'>): string =>
  `${targetId(target)}/${engine}/${scenario}/${levelId(level)}`;
