import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const textOf = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const readme = textOf('README.md');
const NOT_OURS = new Set([
  'node_modules',
  '.git',
  '.cache',
  'cdk.out',
  'dist',
  'results',
  'shared',
]);
/** Files that tests write or compare. */
const RECORDED = /^test\/demo\/golden\//;

const pagesBelow = (folder: string): readonly string[] =>
  readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : pagesBelow(file);
    return entry.name.endsWith('.md') && !RECORDED.test(file) ? [file] : [];
  });

const pages = pagesBelow('');

/** The anchors of a page's headings, as GitHub makes them. */
const anchorsOf = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.replaceAll(/^```[^]*?^```/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

const LINK = /\]\(([^)\s]+)\)|\b(?:src|srcset|href)="([^"]+)"/g;

/** The links of a page to places in the project. */
const linksOf = (file: string): readonly string[] =>
  [...textOf(file).matchAll(LINK)]
    .map(([, link, attribute]) => link ?? attribute ?? '')
    .filter((link) => !/^[a-z]+:/.test(link));

/** The links of a page whose target does not exist. */
const brokenLinks = (file: string): readonly string[] =>
  linksOf(file).filter((link) => {
    const [to = '', anchor] = link.split('#');
    const target = to === '' ? file : path.join(path.dirname(file), to);
    if (!existsSync(path.join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(textOf(target)).has(anchor);
  });

it.each(pages)('%s links only to what exists', (file) => {
  expect(brokenLinks(file)).toEqual([]);
});

describe('the pages for readers', () => {
  it('include links to parts of other pages, and pictures', () => {
    expect(linksOf('README.md')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^lib\/docs\/[\w-]+\.md#[\w-]+$/),
        expect.stringMatching(/\.png$/),
      ]),
    );
  });

  it('are all reached from the README', () => {
    const reached = new Set(['README.md']);
    for (const page of reached) {
      for (const link of linksOf(page)) {
        const target = path.posix.join(path.posix.dirname(page), link.split('#')[0] ?? '');
        if (target.startsWith('lib/docs/') && target.endsWith('.md')) reached.add(target);
      }
    }

    expect(pages.filter((page) => page.startsWith('lib/docs/') && !reached.has(page))).toEqual([]);
  });
});

describe('the README', () => {
  it('shows the answer of the recorded run', () => {
    expect(readme).toContain(/^RESULT[^]*/m.exec(textOf('test/demo/golden/terminal.txt'))?.[0]);
  });

  it('is short enough to be read', () => {
    expect(readme.split('\n').length).toBeLessThan(110);
  });
});

describe('the commands for AWS', () => {
  it.each(['README.md', 'lib/docs/aws.md'])(
    'begin in %s with the quota that a new account lacks, and how long that can take',
    (page) => {
      const commands = /^npx serving-compare doctor.*\n(?:np[mx] .*\n)*/m.exec(textOf(page))?.[0];
      const [first, ...laterCommands] = commands?.split('\n') ?? [];

      expect(first).toMatch(/quota.*\b0\b.*\bday\b/);
      expect(laterCommands.join('\n')).toContain('study --on aws');
    },
  );
});
