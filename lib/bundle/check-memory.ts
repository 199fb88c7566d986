import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { filesBelow, hashOf } from './file-list.ts';

/** Stacks, flags, and the versions of CDK and of the checks. What the bundle is made of is a fact beside them. */
const CHECKED_TARGETS = ['cdk.json', 'lib', 'package-lock.json'] as const;

/** Of lib only its own files and the constructs: the rest is in the bundle's hash. */
const isOfStacks = (name: string): boolean =>
  /^lib\/([^/]+\.(ts|json)|constructs(\/.*)?)$/.test(name);

/**
 * Remembers on this machine which inputs of a synthesis have passed all checks. The same inputs give the same templates,
 * so that checking them again, which takes longer than everything else together, could tell nothing new.
 */
export interface CheckMemory {
  readonly hasPassed: boolean;
  readonly remember: () => void;
}

/**
 * @param root the project
 * @param facts everything else that the templates follow from
 */
export const checkMemory = (
  root: string,
  folder: string,
  facts: readonly unknown[],
): CheckMemory => {
  const files = CHECKED_TARGETS.flatMap((name) => filesBelow(root, name, isOfStacks));
  const place = path.join(folder, hashOf(files, facts));
  return {
    hasPassed: existsSync(place),
    remember: () => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(place, '');
    },
  };
};
