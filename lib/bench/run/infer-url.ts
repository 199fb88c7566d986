import type { Path } from '../plan/cell.ts';

/** Where the middleware takes requests for a path. */
export const inferUrl = (middlewareUrl: string, path: Path): string =>
  `${middlewareUrl}/infer/${path.serving}?payload=${path.payload}&encoding=${path.encoding}`;

const mediaTypes: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
};

/** The media type of a picture by its name; undefined for a file that is none. */
export const mediaTypeOf = (file: string): string | undefined =>
  mediaTypes[file.slice(file.lastIndexOf('.') + 1).toLowerCase()];
