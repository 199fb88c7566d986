import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { manifestOf, servingNames } from '../serving-configs/index.ts';

const root = path.resolve(import.meta.dirname, '..');
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
const NOT_OURS = new Set(['node_modules', '.git', '.cache', 'cdk.out', 'results', 'shared']);

const readmesBelow = (folder: string): readonly string[] =>
  readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : readmesBelow(file);
    return entry.name === 'README.md' ? [file] : [];
  });

/** The anchors that headings of a page get where it is shown. */
const anchorsOf = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

/** Links of a page to places that are not there. */
const brokenLinks = (file: string): readonly string[] => {
  const text = readFileSync(path.join(root, file), 'utf8');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [to = '', anchor] = link.split('#');
      const target = to === '' ? file : path.join(path.dirname(file), to);
      if (!existsSync(path.join(root, target))) return true;
      return (
        anchor !== undefined &&
        !anchorsOf(readFileSync(path.join(root, target), 'utf8')).has(anchor)
      );
    });
};

describe('the pages for readers', () => {
  it.each(readmesBelow(''))('%s links to what is there', (file) => {
    expect(brokenLinks(file)).toEqual([]);
  });

  it('have links to other pages and to parts of them', () => {
    expect(readme).toMatch(/\]\(lib\/bench\/README\.md#[\w-]+\)/);
  });
});

describe('the README', () => {
  it.each(servingNames)('lists %s', (serving) => {
    const { title, version } = manifestOf(serving);

    expect(readme).toContain(`| \`${serving}\` | ${title} ${version} | REST |`);
  });

  it('shows the answer of the recorded run', () => {
    expect(readme).toContain(readFileSync(path.join(root, 'test/demo/golden/answer.txt'), 'utf8'));
  });

  it('shows images that are there', () => {
    const images = [...readme.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, file = '']) => file);

    expect(images).not.toEqual([]);
    for (const file of images) {
      expect(readFileSync(path.resolve(import.meta.dirname, '..', file)).length).toBeGreaterThan(0);
    }
  });
});
