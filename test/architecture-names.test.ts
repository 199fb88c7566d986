import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  platformOf,
  platforms,
  servingFactsOf,
  servingNames,
  type PlatformName,
} from '../serving-configs/index.ts';

// Adding a serving touches only its folder, its codec, its tests and the two index files, so no other file may name a serving.

const root = path.resolve(import.meta.dirname, '..');
/** Files and folders that this project does not write. */
const NOT_OURS = [
  '.git',
  '.cache',
  'dist',
  'node_modules',
  'results',
  'cdk.out',
  'coverage',
  '__pycache__',
  'imagenet-labels.txt',
];

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (NOT_OURS.includes(entry.name)) return [];
    if (entry.isDirectory()) return filesBelow(file);
    return entry.isFile() ? [file] : [];
  });

interface Source {
  readonly file: string;
  readonly text: string;
}

/** Tables that are generated from manifests or runs. They are blanked, which keeps the line numbers of the rest. */
const GENERATED = /<!-- (\w+) -->[^]*?<!-- \/\1 -->/g;

/** All text files of the project. */
const sources: readonly Source[] = filesBelow('').flatMap((file) => {
  const bytes = readFileSync(path.join(root, file));
  if (bytes.includes(0)) return [];
  const text = bytes.toString('utf8').replaceAll(GENERATED, (table) => table.replaceAll(/.+/g, ''));
  return [{ file, text }];
});

const platformNames = Object.keys(platforms) as readonly PlatformName[];
const folders = platformNames.join('|');

/** The files of platforms and their tests. */
const HOMES = new RegExp(
  `^(serving-configs/(index\\.ts|platforms/(index\\.ts|(${folders})/))|middleware/servings/|` +
    `test/(middleware/servings/(${folders})\\.test\\.ts|serving-configs/platforms/(${folders})/|real/))`,
);

/** Other files that may name servings, each with the reason. */
const EXCEPTIONS: readonly (readonly [files: RegExp, reason: string])[] = [
  [/^CHANGELOG\.md$/, 'is history'],
  [/^serving-configs\/README\.md$/, 'names the folder to copy'],
  [/^lib\/bench\/published\//, 'has the data of the study'],
  [/^lib\/docs\/usage\.json$/, 'is written by a measurement of all platforms'],
  [/^lib\/docs\/stability\.(md|csv)$/, 'has a measurement of all servings'],
  [
    /^serving-configs\/runtimes\/venv\/[a-z.]+\.txt$/,
    'is generated from what the platforms ask for',
  ],
  [
    /^test\/aws\/emulator\/requirements\.txt$/,
    'is generated; one of the emulator’s packages has the name of a platform',
  ],
  [/^(test\/demo\/recorded-run|lib\/docs\/(many|tuned)-run)\//, 'is a recorded run'],
];

/** The names of a platform: its folder, and the ids and titles of its servings. */
const namesOf = (platform: PlatformName): readonly string[] =>
  servingNames
    .filter((serving) => platformOf(serving) === platform)
    .flatMap((serving) => [
      serving,
      // Without the suffix that distinguishes the servings of a platform.
      servingFactsOf(serving).title.replace(/ \(.*\)$/, ''),
    ])
    .concat(platform);

const patterns = platformNames.map(
  (platform) => [platform, new RegExp(`\\b(${namesOf(platform).join('|')})\\b`, 'i')] as const,
);
const anyName = new RegExp(patterns.map(([, pattern]) => pattern.source).join('|'), 'i');

const namingLines = ({ file, text }: Source): readonly string[] =>
  anyName.test(text)
    ? text
        .split('\n')
        .flatMap((line, index) =>
          anyName.test(line) ? [`${file}:${index + 1}: ${line.trim().slice(0, 160)}`] : [],
        )
    : [];

const otherSources = sources.filter(({ file }) => !HOMES.test(file));
const isException = ({ file }: Source): boolean => EXCEPTIONS.some(([files]) => files.test(file));

/** Files that may use servings as examples. If one names more platforms than that, it is a list, which would grow with each new platform. */
const SHOWS_EXAMPLES = /^(test\/|README\.md$|lib\/docs\/[\w-]+\.md$)/;
const MAX_EXAMPLES = platformNames.length / 2;

describe('the names of servings', () => {
  it('appear only in their own folders, in every kind of file', () => {
    const offenders = otherSources
      .filter((source) => !SHOWS_EXAMPLES.test(source.file) && !isException(source))
      .flatMap(namingLines);

    expect(offenders).toEqual([]);
  });

  it('appear in documentation and other tests only as examples, never as a complete list', () => {
    const lists = otherSources
      .filter((source) => SHOWS_EXAMPLES.test(source.file) && !isException(source))
      .map(({ file, text }) => ({
        file,
        named: patterns.flatMap(([platform, pattern]) => (pattern.test(text) ? [platform] : [])),
      }))
      .filter(({ named }) => named.length > MAX_EXAMPLES);

    expect(lists).toEqual([]);
  });

  it.each(EXCEPTIONS)('may appear in files that match %s, because each %s', (files) => {
    const matching = sources.filter(({ file }) => files.test(file));

    expect(matching.flatMap(namingLines)).not.toEqual([]);
  });
});
