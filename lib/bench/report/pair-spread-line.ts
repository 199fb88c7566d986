import type { Summary } from '../analysis/summary.ts';
import { formatPercent } from '../wording/format-number.ts';
import type { NamedLine } from './named-line.ts';

const offText = (share: number): string =>
  `${share < 1 ? '−' : '+'}${formatPercent(Math.abs(share - 1))} %`;

/** How much the machines of a run differ, beside the repeats on one of them. Empty where one pair measured all. */
export const pairSpreadLines = ({ pairSpread }: Summary): readonly NamedLine[] => {
  if (pairSpread === undefined) return [];
  const { pairs, between, within } = pairSpread;
  const rates = pairs.map(({ pair, rateShare }) => `pair ${pair} ${offText(rateShare)}`);
  const repeats =
    within === undefined
      ? 'no pair has two repeats to hold that against'
      : `repeats of one pair by ±${formatPercent(within)} %`;
  return [
    {
      name: 'Between machines',
      value: `Request rate against the mean of the node pairs: ${rates.join(', ')}. The pairs differ by ±${formatPercent(between)} % (standard deviation), ${repeats}.`,
    },
  ];
};
