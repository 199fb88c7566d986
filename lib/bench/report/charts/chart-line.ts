import { MUTED, pathInk } from './chart-colours.ts';

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  /** Range over repeats, drawn as a thin bar. */
  readonly min?: number;
  readonly max?: number;
  /** Interval or spread, drawn as a band along the line. */
  readonly low?: number;
  readonly high?: number;
  /** Drawn faintly: too few requests to claim the figure, or a gate failed. */
  readonly faint?: boolean;
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
  /** Solid with filled markers; dotted with small hollow ones; dashed without; hollow markers without a line. */
  readonly stroke: 'solid' | 'dotted' | 'dashed' | 'hollow';
  readonly points: readonly ChartPoint[];
}

/** What a line is drawn in. */
export const lineInk = ({ path }: Pick<ChartLine, 'path'>): string =>
  path === undefined ? MUTED.light : pathInk(path);
