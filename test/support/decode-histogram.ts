import { decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js';

/** Decodes a histogram with its library. */
export const decodeHistogram = (encoded: string): Histogram =>
  decodeFromCompressedBase64(encoded, 32, false);
