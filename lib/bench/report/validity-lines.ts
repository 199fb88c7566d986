import type { Summary } from '../analysis/summary.ts';

/** `VALID` or `INVALID` at the top of an output; undefined for a summary that does not tell. */
export const validityText = ({ validity }: Pick<Summary, 'validity'>): string | undefined => {
  if (validity === undefined) return undefined;
  return validity.valid ? 'VALID' : `INVALID: ${validity.reasons.join(' ')}`;
};
