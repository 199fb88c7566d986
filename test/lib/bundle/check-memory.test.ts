import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkMemory } from '../../../lib/bundle/check-memory.ts';
import { useTemporaryFolders } from '../../support/temporary-folder.ts';

const newFolder = useTemporaryFolders();

const newProject = (): string => {
  const root = newFolder();
  for (const folder of ['lib/constructs', 'lib/bench']) {
    mkdirSync(path.join(root, folder), { recursive: true });
  }
  for (const file of [
    'cdk.json',
    'package-lock.json',
    'lib/stacks.ts',
    'lib/constructs/node.ts',
    'lib/bench/cli.ts',
  ]) {
    writeFileSync(path.join(root, file), file);
  }
  return root;
};

describe('the memory of checks', () => {
  it('knows nothing at first, and the same inputs afterwards', () => {
    const [root, folder] = [newProject(), newFolder()];
    const memory = checkMemory(root, folder, ['facts']);
    expect(memory.hasPassed).toBe(false);
    memory.remember();

    expect(checkMemory(root, folder, ['facts']).hasPassed).toBe(true);
    expect(checkMemory(root, folder, ['other facts']).hasPassed).toBe(false);
  });

  it.each([
    ['lib/stacks.ts', false],
    ['lib/constructs/node.ts', false],
    ['cdk.json', false],
    ['package-lock.json', false],
    ['lib/bench/cli.ts', true],
  ])('of a changed %s still knows: %s', (file, isKnown) => {
    const [root, folder] = [newProject(), newFolder()];
    checkMemory(root, folder, []).remember();
    writeFileSync(path.join(root, file), 'changed');

    expect(checkMemory(root, folder, []).hasPassed).toBe(isKnown);
  });

  it('is of the content, not of the place', () => {
    const [root, folder, elsewhere] = [newProject(), newFolder(), newFolder()];
    checkMemory(root, folder, []).remember();
    cpSync(root, elsewhere, { recursive: true });

    expect(checkMemory(elsewhere, folder, []).hasPassed).toBe(true);
  });
});
