import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../../..');
const FOLDERS = ['bin', 'k6', 'lib', 'middleware', 'serving-configs', 'test'];
const places = FOLDERS.flatMap((folder) => [
  folder,
  ...readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((place) =>
    path.posix.join(folder, place),
  ),
]);

/** Pages for contributors, which name files by their path or the end of it. */
const pages = [
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'README.md',
  ...places.filter((place) => path.basename(place) === 'README.md'),
];

/** A path with a folder of ours or a TypeScript file in a code span, perhaps with `*` for a name. */
const NAMED = new RegExp(
  String.raw`\x60((?:(?:${FOLDERS.join('|')})/[\w./*-]*)|(?:[\w*-]+/)*[\w*-]+\.ts)\x60`,
  'g',
);

const namedIn = (page: string): readonly string[] =>
  [...readFileSync(path.join(root, page), 'utf8').matchAll(NAMED)].map(([, name = '']) => name);

const exists = (name: string): boolean => {
  const end = name
    .replace(/\/$/, '')
    .replaceAll('.', String.raw`\.`)
    .replaceAll('*', '[^/]+');
  return places.some((place) => new RegExp(`(?:^|/)${end}$`).test(place));
};

it.each(pages)('%s names only files and folders that exist', (page) => {
  expect(namedIn(page).filter((name) => !exists(name))).toEqual([]);
});

it('finds the names of files in these pages', () => {
  expect(namedIn('ARCHITECTURE.md').length).toBeGreaterThan(50);
});
