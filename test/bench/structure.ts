/** Measures the structure of the code base from the texts of its files. */
import path from 'node:path';

/** The lines of each TypeScript file, by its path. */
export type Sources = ReadonlyMap<string, readonly string[]>;

const isSource = (name: string): boolean => !name.startsWith('test/');

/** Values that are absent where ResNet-50 is meant, wherever one is. */
const MODEL =
  /\b(?:tensorModel|userModel|usersModel|tensorModelFile|modelDescription|modelSums|modelName|formats|model\.tensors|usersPacked|noUsersModel)\b/;
const ABSENT = new RegExp(
  `${MODEL.source}(?: (?:===|!==) undefined|\\?\\.|\\?:| &&| \\?\\?|: [^,;()]*\\| undefined)`,
);
const KIND = /\bkind (?:===|!==) '(?:described|resnet50|classifier|sent|built|given)'/;
const BRANCH = new RegExp(
  `${MODEL.source}(?: (?:===|!==) undefined|\\?\\.| &&| \\?\\?)|${KIND.source}|\\bscores (?:===|!==) undefined`,
);

const IMPORT =
  /(?:(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s+|\bimport\(\s*|(?:^|\n)import\s+)(['"])(\..+?)\1/g;

/** The files of the project that a file imports, types included. */
const importsOf = (name: string, lines: readonly string[]): readonly string[] => [
  ...new Set(
    Array.from(lines.join('\n').matchAll(IMPORT), ([, , target = '']) =>
      path.posix.join(path.posix.dirname(name), target),
    ),
  ),
];

/** Files of `lib` with one importer, which is beside them, and without a test of their own. */
const singleDoors = (sources: Sources, importers: ReadonlyMap<string, readonly string[]>) =>
  [...sources.keys()].filter((name) => {
    if (!name.startsWith('lib/')) return false;
    const [importer, ...others] = importers.get(name) ?? [];
    const isBeside =
      importer !== undefined && path.posix.dirname(importer) === path.posix.dirname(name);
    return (
      isBeside && others.length === 0 && !sources.has(`test/${name.replace(/\.ts$/, '.test.ts')}`)
    );
  });

/** Pairs of files or folders beside each other that import each other. */
const mutualImports = (imports: ReadonlyMap<string, readonly string[]>): readonly string[] => {
  const arrows = new Set<string>();
  for (const [from, targets] of imports) {
    for (const to of targets) {
      const [a, b] = [from.split('/'), to.split('/')];
      const at = a.findIndex((part, index) => part !== b[index]);
      if (at === -1) continue;
      const folder = a.slice(0, at).join('/');
      arrows.add([folder, a[at], b[at]].join(' '));
    }
  }
  return [...arrows].filter((arrow) => {
    const [folder, from = '', to = ''] = arrow.split(' ');
    return from < to && arrows.has([folder, to, from].join(' '));
  });
};

/** The names of types that several files define. */
const repeatedTypes = (sources: Sources): readonly string[] => {
  const files = new Map<string, number>();
  for (const [name, lines] of sources) {
    if (!isSource(name)) continue;
    const names = lines.flatMap(
      (line) => /^(?:export )?(?:interface|type) (\w+)\b(?! from)/.exec(line)?.[1] ?? [],
    );
    for (const type of new Set(names)) files.set(type, (files.get(type) ?? 0) + 1);
  }
  return [...files].filter(([, count]) => count > 1).map(([type]) => type);
};

/** An expectation whose text or pattern has at least two words. */
const PROSE =
  /\b(?:toContain|toMatch|toThrow|stringContaining|stringMatching)\(\s*(?:'[^'\n]*[a-z] [a-z][^'\n]*'|`[^`\n]*[a-z] [a-z][^`\n]*`|"[^"\n]*[a-z] [a-z][^"\n]*"|\/[^/\n]*[a-z] [a-z][^/\n]*\/)/g;

const countIn = (lines: readonly string[], pattern: RegExp): number =>
  lines.filter((line) => pattern.test(line) && !/^\s*(?:\/\/|\*|\/\*)/.test(line)).length;

/** The measures with the files or names behind each, for `--list`. */
export const structureOf = (sources: Sources): ReadonlyMap<string, readonly string[]> => {
  const own = [...sources].filter(([name]) => isSource(name));
  const imports = new Map(own.map(([name, lines]) => [name, importsOf(name, lines)]));
  const importers = new Map<string, string[]>();
  for (const [name, targets] of imports) {
    for (const target of targets) importers.set(target, [...(importers.get(target) ?? []), name]);
  }
  const outsideReader = own.filter(([name]) => !name.startsWith('lib/bench/user-model/'));
  const tests = [...sources].filter(([name]) => !isSource(name));
  return new Map([
    [
      'files that treat an absent model as ResNet-50',
      own.filter(([, lines]) => countIn(lines, ABSENT) > 0).map(([name]) => name),
    ],
    [
      "branches on whose model it is, outside the reader of users' models",
      outsideReader.flatMap(([name, lines]) =>
        Array.from({ length: countIn(lines, BRANCH) }, () => name),
      ),
    ],
    ['files of lib with one importer, beside them, and no test', singleDoors(sources, importers)],
    ['files or folders that import each other', mutualImports(imports)],
    ['type names defined more than once', repeatedTypes(sources)],
    [
      'expectations that match prose',
      tests.flatMap(([name, lines]) => Array.from(lines.join('\n').matchAll(PROSE), () => name)),
    ],
    ['files of TypeScript', [...sources.keys()]],
  ]);
};
