import type { Scaling } from '../analysis/scaling.ts';
import { formatFigure, NO_FIGURE } from '../wording/format-number.ts';
import type { PathColumn } from './path-column.ts';

const SMALL_DIGITS = 3;

/** α and β may be far below the thousandth that other figures end at. */
const formatSmall = (value: number | undefined): string =>
  value === undefined ? NO_FIGURE : String(Number(value.toPrecision(SMALL_DIGITS)));

/** Virtual users are whole. */
const usersText = (users: number | undefined): string =>
  users === undefined ? NO_FIGURE : String(users);

/** What scaling tables say of a path, the same in every output. */
export const SCALING_COLUMNS: readonly PathColumn<Scaling>[] = [
  { key: 'levels', title: 'Levels', text: ({ levels }) => String(levels), isFigure: true },
  {
    key: 'knee_users',
    title: 'Knee, VUs',
    text: ({ kneeUsers }) => usersText(kneeUsers),
    isFigure: true,
  },
  {
    key: 'knee_above_users',
    title: 'above',
    text: ({ kneeAboveUsers }) => usersText(kneeAboveUsers),
    isFigure: true,
  },
  {
    key: 'knee_below_users',
    title: 'below',
    text: ({ kneeBelowUsers }) => usersText(kneeBelowUsers),
    isFigure: true,
  },
  {
    key: 'knee_note',
    title: 'On the knee',
    text: ({ kneeNote }) => kneeNote ?? '',
    isFigure: false,
  },
  {
    key: 'usl_gamma_per_second',
    title: 'γ, requests/s',
    text: ({ fit }) => formatFigure(fit?.gamma),
    isFigure: true,
  },
  { key: 'usl_alpha', title: 'α', text: ({ fit }) => formatSmall(fit?.alpha), isFigure: true },
  { key: 'usl_beta', title: 'β', text: ({ fit }) => formatSmall(fit?.beta), isFigure: true },
  {
    key: 'usl_peak_users',
    title: 'Peak N*, VUs',
    text: ({ fit }) => formatFigure(fit?.peakUsers),
    isFigure: true,
  },
  {
    key: 'usl_peak_users_low95',
    title: 'from',
    text: ({ peakInterval }) => formatFigure(peakInterval?.low),
    isFigure: true,
  },
  {
    key: 'usl_peak_users_high95',
    title: 'to',
    text: ({ peakInterval }) => formatFigure(peakInterval?.high),
    isFigure: true,
  },
  {
    key: 'usl_r_squared',
    title: 'R²',
    text: ({ fit }) => formatFigure(fit?.rSquared),
    isFigure: true,
  },
  {
    key: 'usl_adjusted_r_squared',
    title: 'adjusted R²',
    text: ({ fit }) => formatFigure(fit?.adjustedRSquared),
    isFigure: true,
  },
  { key: 'usl_no_fit', title: 'Why no fit', text: ({ noFit }) => noFit ?? '', isFigure: false },
];

/** Below the scaling table. */
export const SCALING_FOOTNOTE =
  'Knee: the last level before the rate grows by less than a tenth of what the load grows by (ΔX ÷ X < 0.1 · ΔN ÷ N). Above, below: the levels that it lies between at 95 %, from Student’s t of the paired repeats at each step; an end that the repeats do not tell is –. Fit: the Universal Scalability Law X(N) = γ·N ÷ (1 + α·(N − 1) + β·N·(N − 1)) of Gunther, by least squares of relative errors; its peak N* = √((1 − α) ÷ β) may lie beyond the measured levels, where the law is a guess. From, to: 95 % by leaving out each repeat in turn, where that ends inside the levels; it is noise, and not how well the law fits, which adjusted R² = 1 − (1 − R²)·(n − 1) ÷ (n − 3) of n levels tells. Levels that fail a gate are left out.';

/** The scaling of what was to be measured; ceilings only where there is nothing else. */
export const shownScaling = (all: readonly Scaling[] = []): readonly Scaling[] => {
  const measured = all.filter(({ engine }) => engine !== 'null');
  return measured.length > 0 ? measured : all;
};
