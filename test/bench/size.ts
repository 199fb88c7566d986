/* Measures the size and the structure of the code base at one or more commits: `npm run bench:size -- HEAD~100 HEAD` prints a table in
   Markdown, then the large folders of the last commit and the size of the installed node_modules. With `--list TEXT`, it prints what is
   behind the measures of the last commit that have this text in their name. */
import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';

/** Measures the structure of the code base from the texts of its files. */

/** The lines of each TypeScript file, by its path. */
type Sources = ReadonlyMap<string, readonly string[]>;

const isSource = (name: string): boolean => !name.startsWith('test/');

/** Values that are absent where ResNet-50 is meant, wherever one is. */
const MODEL =
  /\b(?:tensorModel|userModel|usersModel|tensorModelFile|modelDescription|modelSums|modelName|formats|model\.tensors|usersPacked|noUsersModel)\b/;
const ABSENT = new RegExp(
  `${MODEL.source}(?: (?:===|!==) undefined|\\?\\.|\\?:| &&| \\?\\?|: [^,;()]*\\| undefined)`,
);
/* The price of a node pair and the shares of pairs are given too. */
const KIND =
  /(?<!\b(?:price|shares)\.)\bkind (?:===|!==) '(?:described|resnet50|classifier|sent|built|given)'/;
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
const structureOf = (sources: Sources): ReadonlyMap<string, readonly string[]> => {
  const own = [...sources].filter(([name]) => isSource(name));
  const imports = new Map(own.map(([name, lines]) => [name, importsOf(name, lines)]));
  const importers = new Map<string, string[]>();
  for (const [name, targets] of imports) {
    for (const target of targets) importers.set(target, [...(importers.get(target) ?? []), name]);
  }
  const outsideReader = own.filter(
    ([name]) => !/^lib\/bench\/(?:model-file|user-model)\//.test(name),
  );
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

const root = path.resolve(import.meta.dirname, '../..');
const { values, positionals } = parseArgs({
  options: { list: { type: 'string' } },
  allowPositionals: true,
});
const commits = positionals.length > 0 ? positionals : ['HEAD'];
const FOLDERS = ['bin', 'lib', 'middleware', 'serving-configs', 'k6', 'test'];
const LARGE_LINES = 1000;

const git = (...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 30 });

/** The lines of each TypeScript file of a commit, by file name. */
const sourcesAt = (commit: string): Sources => {
  const names = git('ls-tree', '-r', '--name-only', commit, '--', ...FOLDERS)
    .split('\n')
    .filter((name) => name.endsWith('.ts'));
  const { stdout } = spawnSync('git', ['cat-file', '--batch'], {
    cwd: root,
    input: names.map((name) => `${commit}:${name}\n`).join(''),
    maxBuffer: 2 ** 30,
  });
  const sources = new Map<string, readonly string[]>();
  let start = 0;
  for (const name of names) {
    // Each file follows a line that ends with its length in bytes.
    const headEnd = stdout.indexOf('\n', start);
    const bytes = Number(stdout.toString('utf8', start, headEnd).split(' ').at(-1));
    const text = stdout.toString('utf8', headEnd + 1, headEnd + 1 + bytes);
    sources.set(name, text.trimEnd().split('\n'));
    start = headEnd + 1 + bytes + 1;
  }
  return sources;
};

const countLines = (sources: Sources, folder: string) => {
  const files = [...sources].filter(([name]) => name.startsWith(`${folder}/`));
  return { files: files.length, lines: files.reduce((sum, [, { length }]) => sum + length, 0) };
};

/** The folders in `lib/bench` and `serving-configs` with at least {@link LARGE_LINES} lines, the largest first. */
const largeFolders = (sources: Sources) => {
  const names = [...sources.keys()].flatMap(
    (name) => /^(?:lib\/bench|serving-configs)\/[^/]+(?=\/)/.exec(name)?.[0] ?? [],
  );
  return [...new Set(names)]
    .map((folder) => ({ folder, ...countLines(sources, folder) }))
    .filter(({ lines }) => lines >= LARGE_LINES)
    .toSorted((a, b) => b.lines - a.lines);
};

const packagesAt = (commit: string): number => {
  const { packages } = JSON.parse(git('show', `${commit}:package-lock.json`)) as {
    packages: object;
  };
  // The project itself is one of them.
  return Object.keys(packages).length - 1;
};

const sizesAt = (commit: string): ReadonlyMap<string, string> => {
  const byName = sourcesAt(commit);
  const sources = [...byName];
  const lengths = sources.map(([, lines]) => lines.length).toSorted((a, b) => a - b);
  const all = sources.flatMap(([, lines]) => lines);
  const comments = all.filter((line) => /^\s*(?:\/\/|\/?\*)/.test(line));
  const [longest] = sources.toSorted(([, a], [, b]) => b.length - a.length);
  const { dependencies } = JSON.parse(git('show', `${commit}:package.json`)) as {
    dependencies: Readonly<Record<string, string>>;
  };
  return new Map([
    ...FOLDERS.map((folder): [string, string] => {
      const { lines, files } = countLines(byName, folder);
      return [`${folder}, lines in files`, `${lines} in ${files}`];
    }),
    ['median file, lines', String(lengths[Math.floor(lengths.length / 2)])],
    ['longest file', `${longest?.[0]}, ${longest?.[1].length}`],
    ...[...structureOf(byName)].map(([name, found]): [string, string] => [
      name,
      String(found.length),
    ]),
    ['lines that are comments', `${((100 * comments.length) / all.length).toFixed(1)} %`],
    ['dependencies', String(Object.keys(dependencies).length)],
    ['packages in the lock file', String(packagesAt(commit))],
  ]);
};

if (values.list !== undefined) {
  for (const [name, found] of structureOf(sourcesAt(commits.at(-1) ?? 'HEAD'))) {
    if (name.includes(values.list)) process.stdout.write(`${[name, ...found].join('\n  ')}\n`);
  }
  process.exit();
}
const sizes = commits.map(sizesAt);
const [nodeModules] = execFileSync('du', ['-sm', 'node_modules/'], {
  cwd: root,
  encoding: 'utf8',
}).split('\t');
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
process.stdout.write(
  `${[
    row(['TypeScript', ...commits]),
    row(['---', ...commits.map(() => '---')]),
    ...[...(sizes[0]?.keys() ?? [])].map((name) =>
      row([name, ...sizes.map((size) => size.get(name) ?? '')]),
    ),
    '',
    row(['folder', 'lines', 'files']),
    row(['---', '---:', '---:']),
    ...largeFolders(sourcesAt(commits.at(-1) ?? 'HEAD')).map(({ folder, lines, files }) =>
      row([folder, String(lines), String(files)]),
    ),
  ].join('\n')}\n\nnode_modules: ${nodeModules} MB\n`,
);
