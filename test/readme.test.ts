import { readFileSync } from 'node:fs';
import path from 'node:path';
import { manifestOf, servingNames } from '../serving-configs/index.ts';

const readme = readFileSync(path.resolve(import.meta.dirname, '../README.md'), 'utf8');

describe('the README', () => {
  it.each(servingNames)('lists %s', (serving) => {
    const { title, version } = manifestOf(serving);

    expect(readme).toContain(`| \`${serving}\` | ${title} ${version} | REST |`);
  });

  it('shows pictures that are there', () => {
    const pictures = [...readme.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, file = '']) => file);

    expect(pictures).not.toEqual([]);
    for (const file of pictures) {
      expect(readFileSync(path.resolve(import.meta.dirname, '..', file)).length).toBeGreaterThan(0);
    }
  });
});
