import { manifestOf, type ServingName } from '../../../../serving-configs/index.ts';
import { PROTOCOL_WORDS } from '../../protocol-words.ts';
import type { ReproducedSeries, ServingOrder, Shape } from './reproduction.ts';

interface Facts {
  readonly series: readonly ReproducedSeries[];
  readonly orders: readonly ServingOrder[];
  readonly sameMachines: boolean;
  readonly isInStudyConfiguration: boolean;
}

const titles = (servings: readonly ServingName[]): string =>
  servings.map((serving) => manifestOf(serving).title).join(', ');

const orderSentence = ({
  protocol,
  scenario,
  ours,
  published,
  pairs,
  same,
}: ServingOrder): string => {
  const where = `${PROTOCOL_WORDS[protocol]} ${scenario}`;
  // Means say nothing of chance: whether one is faster is for the verdicts.
  const what = `Order by mean request rate (verdicts say which differences are real), ${where}`;
  return same === pairs
    ? `${what}: as in the study (${titles(ours)}).`
    : `${what}: ${same} of ${pairs} ${pairs === 1 ? 'pair' : 'pairs'} as in the study; here ${titles(ours)}, there ${titles(published)}.`;
};

const countOf = (
  series: readonly ReproducedSeries[],
  shapeOf: (one: ReproducedSeries) => Shape | undefined,
): { readonly known: number; readonly reproduced: number } => {
  const shapes = series.flatMap((one) => shapeOf(one) ?? []);
  return { known: shapes.length, reproduced: shapes.filter((shape) => shape.reproduced).length };
};

const shapeSentence = (
  what: string,
  { known, reproduced }: { readonly known: number; readonly reproduced: number },
): readonly string[] =>
  known === 0 ? [] : [`${what}: as in the study for ${reproduced} of ${known} series.`];

const machineSentence = ({ sameMachines, isInStudyConfiguration }: Facts): string => {
  const machines = sameMachines
    ? 'Machines and software are of the kind that the study had, so absolute figures may be compared'
    : 'Machines or software are others than the study’s, so shapes may be compared and absolute figures may not';
  const middleware = isInStudyConfiguration
    ? 'the middleware is set as the study’s was.'
    : 'the middleware is not the study’s: where the study’s was the limit, a difference is what to expect.';
  return `${machines}; ${middleware}`;
};

/** Which shapes of the study a run shows too. */
export const reproductionSentences = (facts: Facts): readonly string[] => {
  const { series, orders } = facts;
  return [
    machineSentence(facts),
    ...orders.map(orderSentence),
    ...shapeSentence(
      'Request rate flat, or not, over the virtual users',
      countOf(series, ({ shapes }) => shapes.rateSpread),
    ),
    ...shapeSentence(
      'Response time growing in a straight line with them, or not',
      countOf(series, ({ shapes }) => shapes.linearity),
    ),
  ];
};
