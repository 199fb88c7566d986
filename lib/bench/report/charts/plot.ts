import type { Axis } from './axes.ts';
import type { ChartColour } from './chart-colours.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
  /** Whether its row fails a check. */
  readonly isFailing: boolean;
  /** Interval, drawn as a band along the line. */
  readonly band?: readonly [low: number, high: number] | undefined;
  /** The text of the tooltip. */
  readonly tip: string;
}

export type Stroke = 'solid' | 'dotted';

export interface Line {
  readonly label: string;
  /** See {@link TargetLook}. */
  readonly slot: number;
  readonly stroke: Stroke;
  readonly points: readonly Point[];
}

/** Explains a kind of line or marker. */
export interface LegendNote extends Pick<Line, 'label' | 'stroke'>, Pick<Point, 'isFailing'> {}

/** Lines over one pair of axes. */
export interface LinePlot {
  readonly kind: 'lines';
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
  /** Entries of the legend below those of the targets. */
  readonly notes: readonly LegendNote[];
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
    /** Identifies the part as its colour does, and is the same in every report; not shown if there is only one part. */
    readonly number?: number;
    readonly tip: string;
  }[];
  /** Written after the end of the bar. */
  readonly text: string;
}

export interface BarPlot {
  readonly kind: 'bars';
  readonly x: Axis;
  readonly bars: readonly Bar[];
}

export interface ChartContent {
  /** Name of its file, without `.svg`. */
  readonly name: string;
  readonly title: string;
  /** What the chart shows, as a part of a sentence: `the request rate against virtual users`. */
  readonly shows: string;
  /** Sentences on how to read it; `false` is left out. */
  readonly caption: readonly (string | false)[];
  readonly plot: LinePlot | BarPlot;
}

/** A chart of a report. */
export interface Chart extends ChartContent {
  /** Whether the servers were simulated. */
  readonly isSimulated: boolean;
}

/** SVG elements of {@link CHART_WIDTH}, without background, scripts or external references. */
export interface Drawing {
  readonly svg: string;
  readonly height: number;
}
