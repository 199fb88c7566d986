import type { Axis } from './axes.ts';
import type { ChartColour } from './chart-colours.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
  /** Whether its row fails a check. */
  readonly isFailing: boolean;
  /** Interval, drawn as a band along the line. */
  readonly band?: readonly [low: number, high: number] | undefined;
  /** What the point says where it is pointed at. */
  readonly tip: string;
}

/** Of a target, and of its p95. */
export type Stroke = 'solid' | 'dotted';

export interface Line {
  readonly label: string;
  /** Of the target's look. */
  readonly slot: number;
  readonly stroke: Stroke;
  readonly points: readonly Point[];
}

/** Lines over one pair of axes. */
export interface LinePlot {
  readonly kind: 'lines';
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
}

/** A bar of one part, or of several that are stacked. */
export interface Bar {
  readonly label: string;
  /** Drawn as a whisker around the end of the bar. */
  readonly interval?: readonly [low: number, high: number] | undefined;
  readonly parts: readonly {
    readonly value: number;
    readonly colour: ChartColour;
    /** In the legend. */
    readonly label: string;
    /** Beside its colour, the same in every report; of a single part it is not shown. */
    readonly number?: number;
    readonly tip: string;
  }[];
  /** Written behind the end of the bar. */
  readonly text: string;
}

/** Bars below each other. */
export interface BarPlot {
  readonly kind: 'bars';
  readonly x: Axis;
  readonly bars: readonly Bar[];
}

/** What one chart is to say, as data. */
export interface ChartContent {
  /** Name of its file, without `.svg`. */
  readonly name: string;
  readonly title: string;
  /** What is drawn against what, in the middle of a sentence. */
  readonly shows: string;
  /** Sentences on how to read it; those that are false are left out. */
  readonly caption: readonly (string | false)[];
  readonly plot: LinePlot | BarPlot;
}

/** A chart of a report. */
export interface Chart extends ChartContent {
  /** Whether its servers were. */
  readonly isSimulated: boolean;
}

/** What was drawn, as wide as a chart, without a background, scripts or references to anything outside it. */
export interface Drawing {
  readonly svg: string;
  readonly height: number;
}
