/** A drawn chart with the words that belong to it. */
export interface Chart {
  /** Name of its file without `.svg`, and begin of the ids in it. */
  readonly name: string;
  readonly title: string;
  /** What the chart shows, for those who cannot see it. */
  readonly description: string;
  /** How to read it, below the chart. */
  readonly caption: string;
  readonly svg: string;
}
