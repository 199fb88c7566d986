/** Points with the same attributes that follow each other, each with its words. */
const ALIKE =
  /<path d="[^"]*" transform="[^"]*"((?: [\w-]+="[^"]*")+)><title>[^<]*<\/title><\/path>(?:\n<path d="[^"]*" transform="[^"]*"\1><title>[^<]*<\/title><\/path>)+/g;

/** More decimals than one of a pixel nobody sees. */
const shorter = (transform: string): string =>
  transform.replace(/\d+\.\d{2,}/g, (number) => String(Number(Number(number).toFixed(1))));

/**
 * Puts points that are alike into one group, which has their attributes once. A chart has hundreds of points, which are most
 * of its bytes.
 */
export const groupedPoints = (svg: string): string =>
  svg
    .replace(/ transform="matrix\([^"]*"/g, shorter)
    .replace(ALIKE, (points, attributes: string) =>
      [`<g${attributes}>`, points.replaceAll(`${attributes}>`, '>'), '</g>'].join('\n'),
    );
