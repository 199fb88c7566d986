import { spawnSync } from 'node:child_process';
import { filesBelow, type BundledFile } from './file-list.ts';

/** What runs on a node. The stacks are not included, so a change to them alone does not replace nodes. */
export const RUNTIME_PATHS = [
  'LICENSE',
  'tsconfig.json',
  'bin/serving-compare.js',
  'bin/serving-compare.ts',
  'bin/node-version.js',
  'bin/typescript.js',
  'bin/import-typescript.js',
  'bin/compile-typescript.js',
  'k6',
  'lib/aws/contract',
  'lib/aws/lookups',
  'lib/aws/node',
  'lib/bench',
  'lib/aws/config',
  'lib/aws/prices',
  'middleware',
  'serving-configs',
] as const;

const isIncluded = (name: string): boolean => !name.endsWith('.md');

export const runtimeSources = (root: string): readonly BundledFile[] =>
  RUNTIME_PATHS.flatMap((name) => filesBelow(root, name, isIncluded));

/** The code that builds the archive, which is part of its hash. */
export const packerSources = (root: string): readonly BundledFile[] =>
  filesBelow(root, 'lib/aws/bundle', isIncluded);

const git = (root: string, args: readonly string[]): string | undefined => {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
};

/**
 * The last commit that changed what runs on the nodes, followed by `-dirty` if the working tree differs from it. Empty outside
 * a checkout.
 */
export const sourceCommit = (root: string): string => {
  const commit = git(root, ['log', '-1', '--format=%H', '--', ...RUNTIME_PATHS]);
  if (commit === undefined || commit === '') return '';
  const changes = git(root, ['status', '--porcelain', '--', ...RUNTIME_PATHS]);
  return changes === '' ? commit : `${commit}-dirty`;
};
