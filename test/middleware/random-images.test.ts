import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { drawFrom, readImages } from '../../middleware/random-images.ts';
import { imagesDir } from '../support/middleware.ts';

describe('the images of the data set', () => {
  it('are all read, by name, and nothing beside them', () => {
    const files = readImages(imagesDir).map(({ file }) => file);

    expect(files).toContain('cat.jpg');
    expect(files).not.toContain('README.md');
    expect(files).toEqual(files.toSorted());
  });

  it('are missed where the folder is not there or has none', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'no-images-'));
    writeFileSync(path.join(folder, 'notes.txt'), '');

    expect(() => readImages(folder)).toThrow('has no JPEG, PNG or WebP file');
    expect(() => readImages(path.join(folder, 'absent'))).toThrow('cannot be read');
    rmSync(folder, { recursive: true });
  });
});

describe('drawing', () => {
  const items = ['a', 'b', 'c', 'd'];
  const draws = (seed: number, count: number): string[] => {
    const draw = drawFrom(items, seed);
    return Array.from({ length: count }, draw);
  };

  it('repeats itself with the same seed only', () => {
    expect(draws(1, 50)).toEqual(draws(1, 50));
    expect(draws(1, 50)).not.toEqual(draws(2, 50));
  });

  it('gives every item its share', () => {
    const drawn = draws(7, 8000);
    for (const item of items) {
      const share = drawn.filter((one) => one === item).length / drawn.length;
      expect(share).toBeGreaterThan(0.23);
      expect(share).toBeLessThan(0.27);
    }
  });
});
