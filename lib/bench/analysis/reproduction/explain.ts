import type { Caveat, PublishedSeries } from '../../published/published-points.ts';
import type { CardFigures } from '../../published/card-figures.ts';
import type { SummaryRow } from '../summary.ts';
import type { Explanation, ReproducedFigure, ReproducedRow } from './reproduction.ts';

/** What a run is, as far as it explains differences. */
export interface RunKind {
  /** The middleware is set as the study's was. */
  readonly isInStudyConfiguration: boolean;
  /** Present where the run was on the study's card. */
  readonly card?: CardFigures;
}

type Figures = Pick<ReproducedRow, ReproducedFigure>;

const FIGURES = ['requestRatePerSecond', 'medianMs', 'failedPercent'] as const;

const differing = (figures: Figures): readonly ReproducedFigure[] =>
  FIGURES.filter((figure) => figures[figure]?.outcome === 'differs');

const gateExplanations = ({ gates = [] }: SummaryRow): readonly Explanation[] =>
  gates
    .filter(({ state }) => state === 'failed')
    .map(({ gate, finding }) => ({
      kind: 'gate',
      short: `gate ${gate}`,
      text: `Ours failed the gate “${gate}”: ${finding}`,
    }));

const timeoutExplanations = ({ failures = {} }: SummaryRow): readonly Explanation[] =>
  failures.timeout === undefined
    ? []
    : [
        {
          kind: 'timeouts',
          short: 'our timeouts',
          text: `Ours: ${failures.timeout} ${failures.timeout === 1 ? 'request' : 'requests'} met the client’s timeout, so the times are cut off there.`,
        },
      ];

const caveatExplanation = ({ censored, text }: Caveat): Explanation => ({
  kind: censored ? 'censored' : 'caveat',
  short: censored ? 'study’s timeout' : 'study’s own',
  text: `The study: ${text}`,
});

const middlewareExplanations = (
  { plateau }: PublishedSeries,
  { isInStudyConfiguration }: RunKind,
): readonly Explanation[] => {
  const { boundBy, confidence, notRecreated } = plateau;
  const bound = `The study’s rate was bound (confidence ${confidence}) by ${plateau.text}`;
  if (isInStudyConfiguration) {
    return notRecreated === undefined
      ? []
      : [
          {
            kind: 'not-recreated',
            short: 'not recreated',
            text: `${bound} The profile parity does not recreate all of it: ${notRecreated}`,
          },
        ];
  }
  if (boundBy === 'serving') return [];
  return [
    {
      kind: 'middleware',
      short: 'study’s middleware',
      text: `${bound} This run’s middleware is not set like that; the profile parity is.`,
    },
  ];
};

const cardExplanations = (row: SummaryRow, { card }: RunKind): readonly Explanation[] => {
  const rate = row.requestRatePerSecond?.value ?? 0;
  return card === undefined || rate <= card.suspect.imagesPerSecond
    ? []
    : [{ kind: 'card', short: 'above the card', text: card.suspect.text }];
};

/**
 * Why a row's figures are others than the study's, as far as it is known: a gate that ours failed, timeouts on either side,
 * what bound the study, what must be known of its point. Empty where no figure differs.
 */
export const explain = (
  row: SummaryRow,
  virtualUsers: number,
  figures: Figures,
  series: PublishedSeries,
  run: RunKind,
): readonly Explanation[] => {
  const others = differing(figures);
  if (others.length === 0) return cardExplanations(row, run);
  const caveats = series.caveats.filter(
    ({ from, to, figures: named }) =>
      from <= virtualUsers && virtualUsers <= to && others.some((figure) => named.includes(figure)),
  );
  const isSlowed = others.some((figure) => figure !== 'failedPercent');
  return [
    ...gateExplanations(row),
    ...timeoutExplanations(row),
    ...caveats.map(caveatExplanation),
    ...(isSlowed ? middlewareExplanations(series, run) : []),
    ...cardExplanations(row, run),
  ];
};
