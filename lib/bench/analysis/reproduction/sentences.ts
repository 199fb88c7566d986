import { manifestOf } from '../../../../serving-configs/index.ts';
import { pathId, type Path } from '../../plan/cell.ts';
import { PROTOCOL_WORDS } from '../../wording/protocol-words.ts';
import type { OrderedPair, ReproducedSeries, ServingOrder, Shape } from './reproduction.ts';

interface Facts {
  readonly series: readonly ReproducedSeries[];
  readonly orders: readonly ServingOrder[];
  readonly sameMachines: boolean;
  readonly isInStudyConfiguration: boolean;
}

/** A serving by its title; by its encoding, too, where several paths of it take part. */
const namesIn = ({ pairs }: ServingOrder): ((path: Path) => string) => {
  const paths = new Map(
    pairs.flatMap(({ faster, slower }) => [faster, slower].map((path) => [pathId(path), path])),
  );
  return ({ serving, encoding }) => {
    const { title } = manifestOf(serving);
    const own = [...paths.values()].filter((path) => path.serving === serving);
    return own.length > 1 ? `${title} in ${encoding}` : title;
  };
};

const WORDS = {
  reproduced: 'as in the study',
  contradicted: 'the other way round than in the study',
  'not told apart': 'not told apart',
} as const satisfies Record<OrderedPair['outcome'], string>;

const orderSentence = (order: ServingOrder): string => {
  const { protocol, scenario, levels, pairs } = order;
  const nameOf = namesIn(order);
  const parts = (Object.keys(WORDS) as (keyof typeof WORDS)[]).flatMap((outcome) => {
    const own = pairs.filter((pair) => pair.outcome === outcome);
    if (own.length === 0) return [];
    const between = outcome === 'not told apart' ? 'and' : 'before';
    const named = own.map(({ faster, slower }) =>
      (outcome === 'contradicted' ? [slower, faster] : [faster, slower])
        .map(nameOf)
        .join(` ${between} `),
    );
    return [`${own.length} ${WORDS[outcome]} (${named.join('; ')})`];
  });
  return `Order by request rate over ${levels} ${levels === 1 ? 'level' : 'levels'}, ${PROTOCOL_WORDS[protocol]} ${scenario}, of ${pairs.length} ${pairs.length === 1 ? 'pair' : 'pairs'}: ${parts.join(', ')}.`;
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
