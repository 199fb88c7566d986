/** The part of package-lock.json (lockfile version 3) that is read here. */
export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** What nodes are: Amazon Linux 2023 on x86_64. */
export const NODE_PLATFORM = { os: 'linux', cpu: 'x64', libc: 'glibc' } as const;

/** Packages that only the report loads, which is made on the operator's machine; a quarter of everything otherwise. */
export const REPORT_PACKAGES: readonly string[] = ['echarts'];

export interface ProductionPackage {
  /** Folder below the root, for example `node_modules/sharp`. */
  readonly path: string;
  readonly version: string;
  readonly integrity: string;
}

const fits = (wanted: readonly string[] | undefined, is: string): boolean => {
  if (wanted === undefined) return true;
  if (wanted.includes(`!${is}`)) return false;
  const positive = wanted.filter((word) => !word.startsWith('!'));
  return positive.length === 0 || positive.includes(is);
};

const fitsNode = ({ os, cpu, libc }: LockedPackage): boolean =>
  fits(os, NODE_PLATFORM.os) && fits(cpu, NODE_PLATFORM.cpu) && fits(libc, NODE_PLATFORM.libc);

/** Where Node finds a package from inside another: beside it or further up. */
const resolve = (lock: LockFile, from: string, name: string): string | undefined => {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    const candidate = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (lock.packages[candidate] !== undefined) return candidate;
    if (folder === '') return undefined;
    if (!folder.includes('/node_modules/')) {
      const top = `node_modules/${name}`;
      return lock.packages[top] === undefined ? undefined : top;
    }
  }
};

const needs = (found: LockedPackage): readonly string[] => [
  ...Object.keys(found.dependencies ?? {}),
  ...Object.keys(found.optionalDependencies ?? {}),
  ...Object.keys(found.peerDependencies ?? {}).filter(
    (name) => found.peerDependenciesMeta?.[name]?.optional !== true,
  ),
];

/**
 * The packages that a node needs: all that the project's dependencies lead to, without those of other platforms.
 *
 * @param without dependencies of the project to leave out, with what only they need
 */
export const productionPackages = (
  lock: LockFile,
  without: readonly string[] = REPORT_PACKAGES,
): readonly ProductionPackage[] => {
  const root = lock.packages[''] ?? {};
  const found = new Map<string, LockedPackage>();
  const visit = (from: string, names: readonly string[]): void => {
    for (const name of names) {
      const path = resolve(lock, from, name);
      const locked = path === undefined ? undefined : lock.packages[path];
      // What is not in the lock file is an optional package that npm left out.
      if (path === undefined || locked === undefined || found.has(path) || !fitsNode(locked)) {
        continue;
      }
      found.set(path, locked);
      visit(path, needs(locked));
    }
  };
  visit(
    '',
    Object.keys(root.dependencies ?? {}).filter((name) => !without.includes(name)),
  );
  return [...found]
    .map(([path, { version = '', integrity = '' }]) => ({ path, version, integrity }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
};
