import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { drawFrom, readImages } from '../../middleware/random-images.ts';
import { UsageError } from '../../serving-configs/options/usage-error.ts';
import { imagesDir } from '../support/middleware.ts';
import { newFolder } from '../support/temporary-folder.ts';

describe('The images of the data set', () => {
  it('are all read, sorted by name, without other files', () => {
    const files = readImages(imagesDir).map(({ file }) => file);

    expect(files).toContain('cat.jpg');
    expect(files).not.toContain('README.md');
    expect(files).toEqual(files.toSorted());
  });

  it('are refused if the folder is missing or empty', () => {
    const folder = newFolder();
    writeFileSync(path.join(folder, 'notes.txt'), '');

    expect(() => readImages(folder)).toThrow(UsageError);
    expect(() => readImages(path.join(folder, 'absent'))).toThrow(UsageError);
  });
});

describe('Drawing images', () => {
  const items = ['a', 'b', 'c', 'd'];

  it('draws every item equally often', () => {
    const draw = drawFrom(items, 7);
    const drawn = Array.from({ length: 8000 }, draw);
    for (const item of items) {
      const share = drawn.filter((drawnItem) => drawnItem === item).length / drawn.length;
      expect(share).toBeGreaterThan(0.23);
      expect(share).toBeLessThan(0.27);
    }
  });
});
