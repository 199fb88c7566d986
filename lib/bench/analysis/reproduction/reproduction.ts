import type { Path, Scenario } from '../../plan/cell.ts';
import type { CardFigures } from '../../published/card-figures.ts';
import type { PublishedSeries, Reading } from '../../published/published-points.ts';
import type { Estimate } from '../statistics/interval.ts';

/** The figures that the study printed. */
export type ReproducedFigure = 'requestRatePerSecond' | 'medianMs' | 'failedPercent';

/** One figure of ours beside the study's. */
export interface Reproduced {
  readonly ours: number;
  readonly published: Reading;
  /** Ours ÷ the study's. Absent where the study's is 0. */
  readonly ratio?: number;
  /**
   * Whether ours and the study's meet, each with what it may be off by. `too noisy`: they meet, but so would many others, as
   * ours may be anywhere in a wide range.
   */
  readonly outcome: 'agrees' | 'differs' | 'too noisy';
}

/** Why ours is another figure than the study's. */
export interface Explanation {
  readonly kind:
    | 'gate'
    | 'censored'
    | 'timeouts'
    | 'middleware'
    | 'not-recreated'
    | 'caveat'
    | 'card';
  /** A word or two for a table. */
  readonly short: string;
  /** A whole sentence. */
  readonly text: string;
}

/** One row of the run beside the study's point. */
export interface ReproducedRow {
  readonly virtualUsers: number;
  readonly requestRatePerSecond?: Reproduced;
  /** Averages of the repeats' medians, on both sides. */
  readonly medianMs?: Reproduced;
  readonly failedPercent?: Reproduced;
  /** The gravest first; empty where all figures agree. */
  readonly explanations: readonly Explanation[];
}

/** Ours and the study's, and whether both are of the same kind. */
export interface Shape {
  readonly ours: number;
  readonly published: number;
  readonly reproduced: boolean;
}

/** What a series looks like over the levels that both have; see `shapes.ts`. */
export interface SeriesShapes {
  /** Greatest request rate ÷ least. */
  readonly rateSpread?: Shape;
  /** How well a straight line through the response times fits, as R². */
  readonly linearity?: Shape;
  /** The slope of that line. */
  readonly msPerUser?: Omit<Shape, 'reproduced'> & { readonly ratio: number };
}

/** A path of the run in a scenario that the study measured too, with the payload that it sent. */
export interface ReproducedSeries {
  readonly path: Path;
  readonly scenario: Scenario;
  readonly plateau: PublishedSeries['plateau'];
  /** By rising number of virtual users. */
  readonly rows: readonly ReproducedRow[];
  readonly shapes: SeriesShapes;
}

/** Two servings, and whether the study's order of them is ours, too. */
export interface OrderedPair {
  /** The one that the study printed as faster. */
  readonly faster: Path;
  readonly slower: Path;
  /** Faster ÷ slower as printed: means over the levels, with what the errors of reading them allow. */
  readonly published: { readonly value: number; readonly low: number; readonly high: number };
  /** Faster ÷ slower in our repeats, with an interval corrected for all pairs. Absent where the repeats support none. */
  readonly ours?: Estimate;
  /** Repeats of both. */
  readonly repeats: number;
  /** `not told apart`: either side leaves open which of the two is faster. */
  readonly outcome: 'reproduced' | 'contradicted' | 'not told apart';
  /** Why they are not told apart, in a few words; absent where they are. */
  readonly why?: string;
}

/** In which order the servings come by request rate, over one protocol in one scenario. */
export interface ServingOrder {
  readonly protocol: Path['protocol'];
  readonly scenario: Scenario;
  /** Levels that all of them have, and that their means are over. */
  readonly levels: number;
  readonly pairs: readonly OrderedPair[];
}

/** The run beside the study of 2021. */
export interface Reproduction {
  /** Whether machines and software are of the kind that the study had, so that absolute figures may be compared. */
  readonly sameMachines: boolean;
  /** Which shapes reproduce, and what may be compared. */
  readonly sentences: readonly string[];
  readonly series: readonly ReproducedSeries[];
  readonly orders: readonly ServingOrder[];
  /** Paths that carry another payload than the study sent; they are not compared. */
  readonly otherPayloads: readonly Path[];
  /** What others measured of the study's card; present where the run was on it. */
  readonly card?: CardFigures;
}
