import { formatFigure, formatPercent } from '../../wording/format-number.ts';
import type { SkippedCell } from '../../results/record.ts';
import type { Cell } from '../cell.ts';
import { flatStretchAround, type CurvePoint } from './flat.ts';
import type { KnownCells } from './known-cells.ts';
import type { PlanNeighbours } from './plan-neighbours.ts';
import { halfWidthShare, PRECISE_SHARE } from './precise.ts';
import { settlementOf, type RatesByRepeat } from './settled.ts';

/** Why a cell is not worth its time. */
export type LeftOutReason = Pick<SkippedCell, 'rule' | 'reason'>;

type Rule = (
  cell: Cell,
  plan: PlanNeighbours,
  known: KnownCells,
) => LeftOutReason['reason'] | undefined;

/** The whole repeats before a cell's own: within a repeat, what a rule sees does not hang on the order of the cells. */
const before = <Figure>(
  figures: ReadonlyMap<number, Figure>,
  { repeat }: Cell,
): ReadonlyMap<number, Figure> => new Map([...figures].filter(([one]) => one < repeat));

const meanRate = (rates: RatesByRepeat): number =>
  [...rates.values()].reduce((sum, { ratePerSecond }) => sum + ratePerSecond, 0) / rates.size;

const flat: Rule = (cell, plan, known) => {
  if (cell.level.loop !== 'closed') return undefined;
  const points = plan.curve(cell).flatMap((one): CurvePoint[] => {
    const rates = known.ratesOf(one);
    return rates.size === 0 || one.level.loop !== 'closed'
      ? []
      : [{ virtualUsers: one.level.virtualUsers, ratePerSecond: meanRate(rates) }];
  });
  const stretch = flatStretchAround(cell.level.virtualUsers, points);
  return stretch === undefined
    ? undefined
    : `from ${stretch.fromUsers} to ${stretch.toUsers} virtual users the rate is flat, ${formatFigure(stretch.leastRate)} to ${formatFigure(stretch.greatestRate)} req/s at ${stretch.levels} levels`;
};

const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? '' : 's'}`;

const rivalText = (number: number): string => count(number, 'rival');

/** What the repeats that are left would not settle. */
const openText = (left: number, open: number): string =>
  `${count(left, 'more repeat')} would not settle its order against the ${rivalText(open)} that ${open === 1 ? 'is' : 'are'} open`;

const settled: Rule = (cell, plan, known) => {
  const rivals = plan.rivals(cell).map((rival) => before(known.speedsOf(rival), cell));
  const own = before(known.speedsOf(cell), cell);
  const settlement = settlementOf(own, rivals, plan.repeats);
  if (settlement === undefined) return undefined;
  const after = `after ${own.size} repeats`;
  const { settled: closed, open } = settlement;
  if (closed + open === 0) return `${after} no rival is measured at this load`;
  const order = `its order against ${rivalText(closed)} at this load is settled`;
  if (open === 0) return `${after} ${order}`;
  const unsettled = openText(plan.repeats - own.size, open);
  return closed === 0 ? `${after}, ${unsettled}` : `${after} ${order}, and ${unsettled}`;
};

/** Where there are rivals, what they need decides: a rate known to ±2 % need not tell two of them apart. */
const precise: Rule = (cell, plan, known) => {
  if (plan.rivals(cell).length > 0) return undefined;
  const own = before(known.ratesOf(cell), cell);
  const rates = [...own.values()].map(({ ratePerSecond }) => ratePerSecond);
  const share = halfWidthShare(rates, plan.repeats);
  return share > PRECISE_SHARE
    ? undefined
    : `after ${own.size} repeats its rate is known to ±${formatPercent(share)} %`;
};

const MEASURED: Readonly<Record<'flat' | 'settled' | 'precise', Rule>> = { flat, settled, precise };

/**
 * Why a cell is not worth its time, given what its runner knows by now; undefined where it is. Pure but for what `known`
 * takes up: the same plan and records give the same answer.
 *
 * - `flat`: its level lies inside a stretch of levels over which the rate hardly changes.
 * - `settled`: its order against the rivals at its load is settled, as far as the plan's repeats can settle it.
 * - `precise`: it has no rivals, and its rate is known well enough.
 * - `ceiling`: it is a ceiling, and nothing below it runs in its repeat.
 */
export const leaveOut = (
  cell: Cell,
  plan: PlanNeighbours,
  known: KnownCells,
): LeftOutReason | undefined => {
  const under = cell.engine === 'null' ? plan.under(cell) : [];
  if (under.length > 0) {
    const isNeedless = under.every(
      (one) =>
        known.isSkipped(one) ||
        (!known.ratesOf(one).has(one.repeat) && leaveOut(one, plan, known) !== undefined),
    );
    return isNeedless
      ? { rule: 'ceiling', reason: 'what it is the ceiling of is left out in this repeat, too' }
      : undefined;
  }
  for (const rule of ['flat', 'settled', 'precise'] as const) {
    const reason = MEASURED[rule](cell, plan, known);
    if (reason !== undefined) return { rule, reason };
  }
  return undefined;
};
