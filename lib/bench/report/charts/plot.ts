import type { Axis } from './axes.ts';
import type { ChartColour } from './chart-colours.ts';

/** What a point is worth: a figure, one that too few answers support, or one that fails a check. */
export type Standing = 'sound' | 'weak' | 'failing';

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly standing: Standing;
  /** Interval, drawn as a band along the line. */
  readonly band?: readonly [low: number, high: number];
  /** Written beside the point. */
  readonly label?: string;
  /** What the point says where it is pointed at. A point without a tip has no marker. */
  readonly tip?: string;
}

/** Solid and dotted lines have markers, dashed ones have none, hollow markers have no line. */
export type Stroke = 'solid' | 'dotted' | 'dashed' | 'hollow';

export interface Line {
  readonly label: string;
  /** Place of the target in the report, which chooses colour and marker. */
  readonly path: number;
  readonly stroke: Stroke;
  readonly points: readonly Point[];
}

/** Lines over one pair of axes. */
export interface LinePanel {
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
  /** Values that the lines are held against. */
  readonly bounds?: readonly { readonly y: number; readonly label: string }[];
  /** Stretches of the x axis that are not the steady state; the stronger ones are in no figure. */
  readonly shades?: readonly {
    readonly from: number;
    readonly to: number;
    readonly isStrong: boolean;
  }[];
}

/** Part of a stacked bar, or the whole of a simple one. */
export interface BarPart {
  readonly value: number;
  readonly colour: ChartColour;
  /** In the legend; absent where the bar is its only part. */
  readonly label?: string;
  readonly tip: string;
}

export interface Bar {
  readonly label: string;
  readonly path: number;
  readonly parts: readonly BarPart[];
  /** Written behind the end of the bar. */
  readonly text: string;
  readonly interval?: readonly [low: number, high: number];
  readonly look: 'full' | 'faint' | 'hollow';
}

export interface BarPanel {
  readonly title?: string;
  readonly x: Axis;
  readonly bars: readonly Bar[];
}

/** A drawing as data. Its panels stand below each other. */
export type Plot =
  | {
      readonly kind: 'lines';
      readonly panels: readonly LinePanel[];
      /** What strokes other than the solid one are, for the legend, in which only those that are drawn appear. */
      readonly keys?: Readonly<Partial<Record<Stroke, string>>>;
    }
  | { readonly kind: 'bars'; readonly panels: readonly BarPanel[] };
