import type { Scaling } from '../analysis/scaling.ts';
import { formatFigure, NO_FIGURE } from './format-number.ts';
import type { PathColumn } from './path-column.ts';

const SMALL_DIGITS = 3;

/** α and β may be far below the thousandth that other figures end at. */
const formatSmall = (value: number | undefined): string =>
  value === undefined ? NO_FIGURE : String(Number(value.toPrecision(SMALL_DIGITS)));

/** What scaling tables say of a path, the same in every output. */
export const SCALING_COLUMNS: readonly PathColumn<Scaling>[] = [
  { key: 'levels', title: 'Levels', text: ({ levels }) => String(levels), isFigure: true },
  {
    key: 'knee_users',
    title: 'Knee, VUs',
    text: ({ kneeUsers }) => (kneeUsers === undefined ? NO_FIGURE : String(kneeUsers)),
    isFigure: true,
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
    key: 'usl_r_squared',
    title: 'R²',
    text: ({ fit }) => formatFigure(fit?.rSquared),
    isFigure: true,
  },
  { key: 'usl_no_fit', title: 'Why no fit', text: ({ noFit }) => noFit ?? '', isFigure: false },
];

/** Below the scaling table. */
export const SCALING_FOOTNOTE =
  'Knee: the last level before the rate grows by less than a tenth of what the load grows by (ΔX ÷ X < 0.1 · ΔN ÷ N); – where it still grew at the highest level. Fit: the Universal Scalability Law X(N) = γ·N ÷ (1 + α·(N − 1) + β·N·(N − 1)) of Gunther, by least squares of relative errors; its peak N* = √((1 − α) ÷ β) may lie beyond the measured levels. Levels that fail a gate are left out.';

/** The scaling of what was to be measured; ceilings only where there is nothing else. */
export const shownScaling = (all: readonly Scaling[] = []): readonly Scaling[] => {
  const measured = all.filter(({ engine }) => engine !== 'null');
  return measured.length > 0 ? measured : all;
};
