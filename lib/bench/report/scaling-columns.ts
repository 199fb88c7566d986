import type { Scaling } from '../analysis/scaling.ts';
import { formatFigure, NO_FIGURE } from '../wording/format-number.ts';
import { figureColumn, textColumn, type KeyedColumn } from './keyed-column.ts';

const SMALL_DIGITS = 3;

/** α and β may be far below the thousandth that other figures end at. */
const formatSmall = (value: number | undefined): string =>
  value === undefined ? NO_FIGURE : String(Number(value.toPrecision(SMALL_DIGITS)));

/** Virtual users are whole. */
const usersText = (users: number | undefined): string =>
  users === undefined ? NO_FIGURE : String(users);

/** What scaling tables say of a path, the same in every output. */
export const SCALING_COLUMNS: readonly KeyedColumn<Scaling>[] = [
  figureColumn('levels', 'Levels', ({ levels }) => String(levels)),
  figureColumn('knee_users', 'Knee, VUs', ({ kneeUsers }) => usersText(kneeUsers)),
  figureColumn('knee_above_users', 'above', ({ kneeAboveUsers }) => usersText(kneeAboveUsers)),
  figureColumn('knee_below_users', 'below', ({ kneeBelowUsers }) => usersText(kneeBelowUsers)),
  textColumn('knee_note', 'On the knee', ({ kneeNote }) => kneeNote ?? ''),
  figureColumn('usl_gamma_per_second', 'γ, requests/s', ({ fit }) => formatFigure(fit?.gamma)),
  figureColumn('usl_alpha', 'α', ({ fit }) => formatSmall(fit?.alpha)),
  figureColumn('usl_beta', 'β', ({ fit }) => formatSmall(fit?.beta)),
  figureColumn('usl_peak_users', 'Peak N*, VUs', ({ fit }) => formatFigure(fit?.peakUsers)),
  figureColumn('usl_peak_users_low95', 'from', ({ peakInterval }) =>
    formatFigure(peakInterval?.low),
  ),
  figureColumn('usl_peak_users_high95', 'to', ({ peakInterval }) =>
    formatFigure(peakInterval?.high),
  ),
  figureColumn('usl_r_squared', 'R²', ({ fit }) => formatFigure(fit?.rSquared)),
  figureColumn('usl_adjusted_r_squared', 'adjusted R²', ({ fit }) =>
    formatFigure(fit?.adjustedRSquared),
  ),
  textColumn('usl_no_fit', 'Why no fit', ({ noFit }) => noFit ?? ''),
];

/** Below the scaling table. */
export const SCALING_FOOTNOTE =
  'Knee: the last level before the rate grows by less than a tenth of what the load grows by (ΔX ÷ X < 0.1 · ΔN ÷ N). Above, below: the levels that it lies between at 95 %, from Student’s t of the paired repeats at each step; an end that the repeats do not tell is –. Fit: the Universal Scalability Law X(N) = γ·N ÷ (1 + α·(N − 1) + β·N·(N − 1)) of Gunther, by least squares of relative errors; its peak N* = √((1 − α) ÷ β) may lie beyond the measured levels, where the law is a guess. From, to: 95 % by leaving out each repeat in turn, where that ends inside the levels; it is noise, and not how well the law fits, which adjusted R² = 1 − (1 − R²)·(n − 1) ÷ (n − 3) of n levels tells. Levels that fail a gate are left out.';

/** The scaling of what was to be measured; ceilings only where there is nothing else. */
export const shownScaling = (all: readonly Scaling[] = []): readonly Scaling[] => {
  const measured = all.filter(({ engine }) => engine !== 'null');
  return measured.length > 0 ? measured : all;
};
