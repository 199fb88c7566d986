import { INK } from './chart-colours.ts';

/** In a page of two columns about as wide as it is drawn, so that its texts keep their size. */
export const CHART_WIDTH = 560;
const PLOT_HEIGHT = 290;
const SMALL_PLOT_HEIGHT = 170;
const BETWEEN_ROWS = 56;
const LEFT = 66;
const RIGHT = 18;
const BETWEEN_COLUMNS = 58;
const BELOW = 54;
/** Room for the titles of small panels. */
const TITLE_HEIGHT = 14;

/** Where a panel lies in its chart, in pixels. */
export interface PanelPlace {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** In the first column, where the title of the upright axis stands. */
  readonly isFirst: boolean;
  /** With no panel below it, so that the title of the level axis stands there. */
  readonly isLast: boolean;
}

/** Lays panels out: one fills the width, several are smaller and stand in two columns. */
export const panelPlaces = (
  count: number,
  top: number,
): { readonly places: readonly PanelPlace[]; readonly height: number } => {
  if (count <= 1) {
    const width = CHART_WIDTH - LEFT - RIGHT;
    const place = { left: LEFT, top, width, height: PLOT_HEIGHT, isFirst: true, isLast: true };
    return { places: [place], height: top + PLOT_HEIGHT + BELOW };
  }
  const width = (CHART_WIDTH - LEFT - RIGHT - BETWEEN_COLUMNS) / 2;
  const pitch = SMALL_PLOT_HEIGHT + BETWEEN_ROWS;
  const places = Array.from({ length: count }, (_, index) => ({
    left: LEFT + (index % 2) * (width + BETWEEN_COLUMNS),
    top: top + TITLE_HEIGHT + Math.floor(index / 2) * pitch,
    width,
    height: SMALL_PLOT_HEIGHT,
    isFirst: index % 2 === 0,
    isLast: index + 2 >= count,
  }));
  const rows = Math.ceil(count / 2);
  return { places, height: top + TITLE_HEIGHT + rows * pitch - BETWEEN_ROWS + BELOW };
};

/** Titles above the panels. */
export const panelTitles = (
  titles: readonly (string | undefined)[],
  places: readonly PanelPlace[],
) =>
  titles.flatMap((text, index) => {
    const place = places[index];
    if (text === undefined || place === undefined) return [];
    return [
      {
        text,
        left: place.left,
        top: place.top - 21,
        padding: 0,
        textStyle: { fontSize: 13, fontWeight: 'bold' as const, color: INK.light },
      },
    ];
  });
