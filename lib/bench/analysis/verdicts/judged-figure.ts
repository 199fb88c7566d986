import type { Level } from '../../model/measurement.ts';
import type { Interval } from '../../stats/interval.ts';

/**
 * The figure that verdicts at a load are of. At a closed loop the request rate; at an open one both targets carry what is
 * offered, so that the rate says nothing, and what tells them apart is how long the answers take.
 */
export type JudgedFigure = 'request rate' | 'median response time';

/** What the comparison of two runs holds against each other: that figure, and the p95 beside it. */
export type ComparedFigure = JudgedFigure | 'p95 response time';

export const judgedFigure = ({ loop }: Pick<Level, 'loop'>): JudgedFigure =>
  loop === 'closed' ? 'request rate' : 'median response time';

/** The ends of a ratio turned round: of second ÷ first where they were of first ÷ second. */
export const inverted = <Ends extends Pick<Interval, 'low' | 'high'>>(interval: Ends): Ends => ({
  ...interval,
  low: 1 / interval.high,
  high: 1 / interval.low,
});

/** How many times as fast the first is, as the ratio of the figure, first ÷ second: the shorter time is the faster. */
export const ratioOf = (
  figure: ComparedFigure,
  speed: { readonly value: number; readonly interval: Interval },
): typeof speed =>
  figure === 'request rate'
    ? speed
    : { value: 1 / speed.value, interval: inverted(speed.interval) };
