import { MUTED, targetInk } from './chart-colours.ts';

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  /** Range over repeats, drawn as a thin bar. */
  readonly min?: number;
  readonly max?: number;
  /** Interval or spread, drawn as a band along the line. */
  readonly low?: number;
  readonly high?: number;
  /** Too few answers to claim the figure: drawn faint, and a line to it and from it faint and dashed. */
  readonly faint?: boolean;
  /** A check failed: the point is drawn faint and hollow, and a solid line to it and from it faint and dashed. */
  readonly fails?: boolean;
  /** Without a marker, where one at each point would hide the line. */
  readonly isUnmarked?: boolean;
  /** Written beside the point. */
  readonly label?: string;
  /** What the point says where it is pointed at. */
  readonly tip?: string;
}

export interface ChartLine {
  readonly label: string;
  /** Place of the target in the report. Undefined for what belongs to none. */
  readonly path?: number;
  readonly marker: string;
  /** In pixels; as the stroke asks for where it is not given. */
  readonly markerSize?: number;
  /**
   * Solid with filled markers; dotted with small ones; dashed without; hollow markers without a line; and, for the legend, as a
   * line through points that are weak or fail.
   */
  readonly stroke: 'solid' | 'dotted' | 'dashed' | 'hollow' | 'weak' | 'failing';
  readonly points: readonly ChartPoint[];
}

/** What a line is drawn in. */
export const lineInk = ({ path }: Pick<ChartLine, 'path'>): string =>
  path === undefined ? MUTED.light : targetInk(path);

/** What a point is worth: a figure, one that too few answers support, or one that fails a check. */
export type PointStanding = 'sound' | 'weak' | 'failing';

export const standingOf = ({ fails, faint }: ChartPoint): PointStanding => {
  if (fails === true) return 'failing';
  return faint === true ? 'weak' : 'sound';
};

/** Whether some of the points of a line are worth so much. */
export const hasStanding = (
  { points }: Pick<ChartLine, 'points'>,
  standing: PointStanding,
): boolean => points.some((point) => standingOf(point) === standing);

/** Whether the line is drawn in pieces, as not all of its points are sound. */
export const isBroken = (line: ChartLine): boolean =>
  (line.stroke === 'solid' || line.stroke === 'dotted') &&
  (hasStanding(line, 'failing') || hasStanding(line, 'weak'));
