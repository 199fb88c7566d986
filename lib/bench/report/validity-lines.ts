import type { Summary } from '../analysis/summary.ts';

/** `VALID`, and how many rows may be quoted where some may not. */
export const validText = ({ usableRows }: Pick<Summary, 'usableRows'>): string => {
  if (usableRows === undefined || usableRows.usable === usableRows.measured) return 'VALID';
  const { usable, measured } = usableRows;
  return `VALID, ${usable} of ${measured} ${measured === 1 ? 'row' : 'rows'} usable`;
};

/** `VALID` or `INVALID` at the top of an output; undefined for a summary that does not tell. */
export const validityText = (
  summary: Pick<Summary, 'validity' | 'usableRows'>,
): string | undefined => {
  const { validity } = summary;
  if (validity === undefined) return undefined;
  return validity.valid ? validText(summary) : `INVALID: ${validity.reasons.join(' ')}`;
};
