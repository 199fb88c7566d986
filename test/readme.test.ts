import { readFileSync } from 'node:fs';
import path from 'node:path';
import { manifestOf, servingNames } from '../serving-configs/index.ts';
import type { Encoding } from '../serving-configs/manifest.ts';

const readme = readFileSync(path.resolve(import.meta.dirname, '../README.md'), 'utf8');

describe('the README', () => {
  it.each(servingNames)('lists %s with what its manifest says', (serving) => {
    const { title, version, rest } = manifestOf(serving);
    const { payloads, defaultPayload } = rest;
    const taken = Object.entries<readonly Encoding[]>(payloads).map(
      ([payload, encodings]) =>
        `\`${payload}\`${payload === defaultPayload ? '*' : ''} (${encodings.join(', ')})`,
    );

    expect(readme).toContain(
      `| \`${serving}\` | ${title} ${version} | REST | ${taken.join(', ')} |`,
    );
  });

  it('shows pictures that are there', () => {
    const pictures = [...readme.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, file = '']) => file);

    expect(pictures).not.toEqual([]);
    for (const file of pictures) {
      expect(readFileSync(path.resolve(import.meta.dirname, '..', file)).length).toBeGreaterThan(0);
    }
  });
});
