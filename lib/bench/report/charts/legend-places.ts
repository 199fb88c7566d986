/** A generous estimate at 13 px, as no font is known on the server: labels must never touch each other. */
const CHARACTER_WIDTH = 7.1;
/** The sign, and the gaps around it. */
const SIGN_WIDTH = 48;
const ROW_HEIGHT = 22;

export interface LegendPlaces {
  /** Where each label's entry begins, in the order of the labels, in pixels. */
  readonly places: readonly {
    readonly label: string;
    readonly left: number;
    readonly top: number;
  }[];
  readonly height: number;
}

/** Lays the labels of a legend out in as many equal columns as fit into a width in pixels; at least one. */
export const legendPlaces = (labels: readonly string[], width: number): LegendPlaces => {
  const longest = Math.max(0, ...labels.map((label) => label.length));
  const columnWidth = Math.ceil(longest * CHARACTER_WIDTH) + SIGN_WIDTH;
  const columns = Math.max(1, Math.floor(width / columnWidth));
  return {
    places: labels.map((label, index) => ({
      label,
      left: (index % columns) * columnWidth,
      top: Math.floor(index / columns) * ROW_HEIGHT,
    })),
    height: Math.ceil(labels.length / columns) * ROW_HEIGHT,
  };
};
