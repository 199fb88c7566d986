import { INK } from './chart-colours.ts';

/**
 * Between the figure of a phone, 340 px, into which its texts fit at three quarters of their size and can be read, and that of a
 * page of two columns, 527 px, where they are as large as those of the tables.
 */
export const CHART_WIDTH = 440;
const PLOT_HEIGHT = 290;
const SMALL_PLOT_HEIGHT = 170;
const BETWEEN_ROWS = 56;
const LEFT = 66;
const RIGHT = 18;
const BETWEEN_COLUMNS = 58;
const BELOW = 54;
/** Room for the titles of small panels, and for the second line of long ones. */
const TITLE_HEIGHT = 14;
const LINE_HEIGHT = 15;
/** At 13 px and bold; no font is known on the server. */
const CHARACTER_WIDTH = 7.6;

type Titles = readonly (string | undefined)[];

const SMALL_WIDTH = (CHART_WIDTH - LEFT - RIGHT - BETWEEN_COLUMNS) / 2;

/** A title that is wider than its panel goes on in a second line, behind its first comma. */
const titleLines = (title: string): readonly string[] => {
  const [first = '', ...rest] = title.split(', ');
  return title.length * CHARACTER_WIDTH <= SMALL_WIDTH || rest.length === 0
    ? [title]
    : [`${first},`, rest.join(', ')];
};

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
  titles: Titles,
  top: number,
): { readonly places: readonly PanelPlace[]; readonly height: number } => {
  const count = titles.length;
  if (count <= 1) {
    const width = CHART_WIDTH - LEFT - RIGHT;
    const below = top + (titles[0] === undefined ? 0 : TITLE_HEIGHT);
    const place = {
      left: LEFT,
      top: below,
      width,
      height: PLOT_HEIGHT,
      isFirst: true,
      isLast: true,
    };
    return { places: [place], height: below + PLOT_HEIGHT + BELOW };
  }
  const width = SMALL_WIDTH;
  const isTall = titles.some((title = '') => titleLines(title).length > 1);
  const titleHeight = TITLE_HEIGHT + (isTall ? LINE_HEIGHT : 0);
  const between = BETWEEN_ROWS + (isTall ? LINE_HEIGHT : 0);
  const pitch = SMALL_PLOT_HEIGHT + between;
  const places = Array.from({ length: count }, (_, index) => ({
    left: LEFT + (index % 2) * (width + BETWEEN_COLUMNS),
    top: top + titleHeight + Math.floor(index / 2) * pitch,
    width,
    height: SMALL_PLOT_HEIGHT,
    isFirst: index % 2 === 0,
    isLast: index + 2 >= count,
  }));
  const rows = Math.ceil(count / 2);
  return { places, height: top + titleHeight + rows * pitch - between + BELOW };
};

/** Titles above the panels. */
export const panelTitles = (titles: Titles, places: readonly PanelPlace[]) =>
  titles.flatMap((text, index) => {
    const place = places[index];
    if (text === undefined || place === undefined) return [];
    const lines = titleLines(text);
    return [
      {
        text: lines.join('\n'),
        left: place.left,
        top: place.top - 21 - (lines.length - 1) * LINE_HEIGHT,
        padding: 0,
        textStyle: {
          lineHeight: LINE_HEIGHT,
          fontSize: 13,
          fontWeight: 'bold' as const,
          color: INK.light,
        },
      },
    ];
  });
