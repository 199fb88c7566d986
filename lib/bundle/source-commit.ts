import { spawnSync } from 'node:child_process';
import { RUNTIME_PATHS } from './runtime-sources.ts';

const git = (root: string, args: readonly string[]): string | undefined => {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
};

/**
 * The last commit that changed what runs on the nodes, so that a commit of documentation alone changes no node;
 * `-dirty` stands behind it where the folder differs from it. Empty outside a checkout.
 */
export const sourceCommit = (root: string): string => {
  const commit = git(root, ['log', '-1', '--format=%H', '--', ...RUNTIME_PATHS]);
  if (commit === undefined || commit === '') return '';
  const changes = git(root, ['status', '--porcelain', '--', ...RUNTIME_PATHS]);
  return changes === '' ? commit : `${commit}-dirty`;
};
