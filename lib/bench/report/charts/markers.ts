import { symbol, symbolCircle, symbolDiamond, symbolSquare, symbolTriangle } from 'd3-shape';
import type { SymbolType } from 'd3-shape';
import { TARGET_MARKERS } from './chart-colours.ts';

/** The head of an arrow. */
const symbolArrow: SymbolType = {
  draw: (pen, size) => {
    const half = Math.sqrt(size) * 0.6;
    pen.moveTo(0, -half);
    pen.lineTo(half, half);
    pen.lineTo(0, half / 2);
    pen.lineTo(-half, half);
    pen.closePath();
  },
};

const SYMBOLS: Readonly<Record<(typeof TARGET_MARKERS)[number], SymbolType>> = {
  circle: symbolCircle,
  rect: symbolSquare,
  triangle: symbolTriangle,
  diamond: symbolDiamond,
  arrow: symbolArrow,
};

/** The marker of a target around 0, as large as its area in square pixels. */
export const markerShape = (path: number, size: number): string =>
  symbol(SYMBOLS[TARGET_MARKERS[path % TARGET_MARKERS.length] ?? 'circle'], size).digits(1)() ?? '';
