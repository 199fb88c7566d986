import type { MeasuredRate, SloTrial } from './judge-trial.ts';

/** The windows that speak for a rate: those that confirmed it, as noise had no part in choosing them; else those that tried it. */
export const claimOf = (trial: SloTrial | undefined): MeasuredRate | undefined =>
  trial?.confirmation?.valid === true ? trial.confirmation : trial;

/** The windows that decided on a rate, for or against it: those that confirmed it or did not, where it came to that. */
export const decidingWindows = (trial: SloTrial): MeasuredRate => trial.confirmation ?? trial;
