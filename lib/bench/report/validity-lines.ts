import { counted } from '../wording/counted.ts';
import type { Summary } from '../analysis/summary.ts';

/** `VALID`, and how many rows may be quoted where some may not. */
export const validText = ({ usableRows }: Pick<Summary, 'usableRows'>): string => {
  const { usable, measured } = usableRows;
  if (usable === measured) return 'VALID';
  return `VALID, ${usable} of ${counted(measured, 'row')} usable`;
};

/** `VALID` or `INVALID` at the top of an output; undefined for a summary that does not tell. */
export const validityText = (
  summary: Pick<Summary, 'validity' | 'usableRows'>,
): string | undefined => {
  const { validity } = summary;
  if (validity === undefined) return undefined;
  return validity.valid ? validText(summary) : `INVALID: ${validity.reasons.join(' ')}`;
};
