/** The part of package-lock.json (lockfile version 3) that is read here. */
export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  /** Only the developers' tools need it. */
  readonly dev?: boolean;
  /** All that need it can do without it: a native part, or what belongs to one. */
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

/** What nodes are: Amazon Linux 2023 on x86_64. */
export const NODE_PLATFORM = { os: 'linux', cpu: 'x64', libc: 'glibc' } as const;

export interface ProductionPackage {
  /** Folder below the root, for example `node_modules/sharp`. */
  readonly path: string;
  readonly version: string;
  readonly integrity: string;
}

/** Of a native part whether it is for the nodes; npm names no platform for what only other native parts need. */
const fitsNode = (locked: LockedPackage): boolean =>
  Object.entries(NODE_PLATFORM).every(([key, value]) => {
    const wanted = locked[key as keyof typeof NODE_PLATFORM] ?? [value];
    return wanted.includes(value) || (wanted[0]?.startsWith('!') && !wanted.includes(`!${value}`));
  }) && !(locked.optional && locked.os === undefined && locked.cpu === undefined);

/**
 * The packages that a node needs, as npm marked them in the lock file. They are listed here, not by npm, so that the bundle's
 * hash is known at synth and a new tool of the developers is no new bundle; and so that the developer's own node_modules
 * will do where they are of the nodes' platform: 5 s without network, where `npm ci` takes 15 s and 500 MB before that.
 */
export const productionPackages = (lock: LockFile): readonly ProductionPackage[] =>
  Object.entries(lock.packages)
    .filter(([path, locked]) => path !== '' && !locked.dev && fitsNode(locked))
    .map(([path, { version = '', integrity = '' }]) => ({ path, version, integrity }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
