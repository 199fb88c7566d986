import type { Measurement } from '../model/measurement.ts';

/** Name of the file of a measurement's raw samples in the folder of them. */
export const samplesFileOf = ({ id }: Pick<Measurement, 'id'>): string =>
  `${id.replaceAll('/', '_')}.csv.gz`;
