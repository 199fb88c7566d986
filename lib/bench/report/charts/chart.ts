import type { Plot } from './plot.ts';

/** What one chart is to say, before it is drawn. */
export interface ChartContent {
  /** Name of its file, without the group of rows and `.svg`. */
  readonly name: string;
  readonly title: string;
  /** What is drawn against what, in the middle of a sentence. */
  readonly shows: string;
  /** Sentences on how to read it; those that are false are left out. */
  readonly caption: readonly (string | false)[];
  readonly plot: Plot;
}

/** A drawn chart with the words that belong to it. */
export interface Chart {
  /** Name of its file without `.svg`. */
  readonly name: string;
  readonly title: string;
  /** What the chart shows, for those who cannot see it. */
  readonly description: string;
  /** How to read it, below the chart. */
  readonly caption: string;
  /** What was drawn. */
  readonly plot: Plot;
  readonly svg: string;
}
