import { numberOf } from './option-values.ts';

const DAY_SECONDS = 86_400;

/** Seconds until a pair that says nothing is lost, as typed. */
export const staleAfterOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : numberOf('stale-after', text, { least: 1, most: DAY_SECONDS });
