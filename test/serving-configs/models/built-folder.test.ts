import { stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureFolder } from '../../../serving-configs/models/built-folder.ts';
import { useTemporaryFolders } from '../../support/temporary-folder.ts';

const temporaryFolder = useTemporaryFolders();

const until = async (condition: () => Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
};

describe('a folder that is being built', () => {
  afterEach(() => jest.useRealTimers());

  it('gives a sign of life each minute, so that nobody takes it for abandoned', async () => {
    jest.useFakeTimers({ doNotFake: ['Date', 'nextTick', 'setImmediate', 'queueMicrotask'] });
    const folder = path.join(temporaryFolder(), 'slow');
    const began = Date.now();
    await ensureFolder(folder, {}, async (unfinished) => {
      await utimes(unfinished, 0, 0);
      jest.advanceTimersByTime(60_000);
      await until(async () => (await stat(unfinished)).mtimeMs > 0);
      await writeFile(path.join(unfinished, 'a'), 'b');
      return { a: { sizeBytes: 1, sha256: '' } };
    });

    expect((await stat(folder)).mtimeMs).toBeGreaterThan(began - 1000);
    expect(jest.getTimerCount()).toBe(0);
  });
});
