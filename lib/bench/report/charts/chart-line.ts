import { MUTED, pathGreyInk, pathInk } from './chart-colours.ts';

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  /** Range over repeats, drawn as a thin bar. */
  readonly min?: number;
  readonly max?: number;
  /** Interval or spread, drawn as a band along the line. */
  readonly low?: number;
  readonly high?: number;
  /** Drawn faintly: too few requests to claim the figure. */
  readonly faint?: boolean;
  /** A gate failed: the point is drawn faint and hollow, and a solid line to it and from it faint and dashed. */
  readonly fails?: boolean;
  /** Another point is better in both figures: drawn grey. */
  readonly isDominated?: boolean;
  /** Without a marker, where one at each point would hide the line. */
  readonly isUnmarked?: boolean;
  /** Written beside the point. */
  readonly label?: string;
  /** What the point says where it is pointed at. */
  readonly tip?: string;
}

export interface ChartLine {
  readonly label: string;
  /** Place of the path in the report. Undefined for what belongs to none. */
  readonly path?: number;
  readonly marker: string;
  /** In pixels; as the stroke asks for where it is not given. */
  readonly markerSize?: number;
  /**
   * Solid with filled markers; dotted with small ones; dashed without; filled or hollow markers without a line; and, for
   * the legend, as a line through points that fail.
   */
  readonly stroke: 'solid' | 'dotted' | 'dashed' | 'filled' | 'hollow' | 'failing';
  readonly points: readonly ChartPoint[];
}

/** What a line is drawn in. */
export const lineInk = ({ path }: Pick<ChartLine, 'path'>): string =>
  path === undefined ? MUTED.light : pathInk(path);

/** What those of its points are drawn in that step back. */
export const lineGrey = ({ path }: Pick<ChartLine, 'path'>): string =>
  path === undefined ? MUTED.light : pathGreyInk(path);

/** Whether some of its points fail. */
export const hasFailing = ({ points }: Pick<ChartLine, 'points'>): boolean =>
  points.some(({ fails }) => fails === true);
