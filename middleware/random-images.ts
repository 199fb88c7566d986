import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { UsageError } from '../serving-configs/options/usage-error.ts';

interface NamedImage {
  readonly file: string;
  readonly bytes: Buffer;
}

/**
 * Reads all JPEG, PNG and WebP files of a folder into memory, sorted by name.
 * @throws UsageError if the folder cannot be read or has no such file.
 */
export const readImages = (folder: string): readonly NamedImage[] => {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw new UsageError(`IMAGES_DIR: "${folder}" cannot be read`, 'give a folder of images', {
      cause: error,
    });
  }
  const images = names
    .filter((name) => /\.(?:jpe?g|png|webp)$/i.test(name))
    .sort()
    .map((file) => ({ file, bytes: readFileSync(path.join(folder, file)) }));
  if (images.length === 0) {
    throw new UsageError(
      `IMAGES_DIR: "${folder}" has no JPEG, PNG or WebP file`,
      'give a folder of images',
    );
  }
  return images;
};

/** Returns a function that draws items with equal probability, in an order fixed by the seed (mulberry32 generator). */
export const drawFrom = <T>(items: readonly T[], seed: number): (() => T) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    const fraction = ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    return items[Math.floor(fraction * items.length)] as T;
  };
};
