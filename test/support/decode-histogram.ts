import { decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js';

/** Reads a histogram as its library does. */
export const decodeHistogram = (encoded: string): Histogram =>
  decodeFromCompressedBase64(encoded, 32, false);
