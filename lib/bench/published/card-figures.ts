import data from './t4-figures.json' with { type: 'json' };

/** What others measured of the study's card alone. */
export interface CardFigure {
  readonly what: string;
  readonly precision: string;
  readonly imagesPerSecond: number;
  readonly meanMs: number;
  readonly source: string;
}

/** Figures to hold a run on the study's card against. */
export interface CardFigures {
  readonly card: string;
  /** Instance types with this card begin with it. */
  readonly instanceFamily: string;
  readonly network: string;
  readonly figures: readonly CardFigure[];
  /** A rate above it must be explained before it is believed. */
  readonly suspect: { readonly imagesPerSecond: number; readonly text: string };
}

export const studyCard: CardFigures = data;
