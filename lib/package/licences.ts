interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The part of package-lock.json that is read here: packages by their folders, such as `node_modules/a/node_modules/b`. */
export interface PackageLock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

const IN = 'node_modules/';

/** The folder in which a package finds another one, as Node does; undefined if it is not locked. */
const folderOf = (
  name: string,
  importer: string,
  packages: PackageLock['packages'],
): string | undefined => {
  for (let above = importer; ; above = above.slice(0, Math.max(0, above.lastIndexOf(`/${IN}`)))) {
    const folder = above === '' ? `${IN}${name}` : `${above}/${IN}${name}`;
    if (folder in packages) return folder;
    if (above === '') return undefined;
  }
};

/** A table of packages and of all that they need, with their versions and licences, by name. */
export const licencesOf = ({ packages }: PackageLock, names: readonly string[]): string => {
  const found = new Set<string>();
  const add = (name: string, importer: string): void => {
    const folder = folderOf(name, importer, packages);
    if (folder === undefined || found.has(folder)) return;
    found.add(folder);
    const { dependencies, optionalDependencies } = packages[folder] ?? {};
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) {
      add(needed, folder);
    }
  };
  for (const name of names) add(name, '');
  const rows = [...found].map((folder) => {
    const { version, license } = packages[folder] ?? {};
    if (license === undefined) throw new Error(`${folder} has no licence in package-lock.json`);
    return `| ${folder.slice(folder.lastIndexOf(IN) + IN.length)} | ${version} | ${license} |`;
  });
  return [
    '# Packages that serving-compare installs',
    '',
    '| package | version | licence |',
    '| --- | --- | --- |',
    ...[...new Set(rows)].toSorted((a, b) => (a < b ? -1 : 1)),
    '',
  ].join('\n');
};
