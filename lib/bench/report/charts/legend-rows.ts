/** A generous estimate: no font is known on the server. */
const CHARACTER_WIDTH = 7.4;
const ICON_AND_GAPS = 52;

/** How many rows a legend of these labels takes at a width in pixels; at least one. */
export const legendRows = (labels: readonly string[], width: number): number => {
  let rows = 1;
  let used = 0;
  for (const label of labels) {
    const needed = label.length * CHARACTER_WIDTH + ICON_AND_GAPS;
    if (used > 0 && used + needed > width) {
      rows++;
      used = 0;
    }
    used += needed;
  }
  return rows;
};
