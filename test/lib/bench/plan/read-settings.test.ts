import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../../../../lib/bench/plan/read-settings.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const fileWith = (text: string): string => {
  const file = join(newFolder(), 'settings.yaml');
  writeFileSync(file, text);
  return file;
};

describe('a file of settings', () => {
  it('has a number or a list for each setting', async () => {
    const file = fileWith('instances: [1, 2]\nmaxBatch: 8\nbatchDelayMs: 2.5\ndefault: true\n');

    expect(await readSettings(file)).toEqual({
      instances: [1, 2],
      maxBatch: [8],
      batchDelayMs: [2.5],
      default: true,
    });
  });

  it('may have other values for single servings', async () => {
    const file = fileWith('only: { litserve: { maxBatch: 8, precision: int8 } }\n');

    expect(await readSettings(file)).toEqual({
      only: { litserve: { maxBatch: [8], precision: ['int8'] } },
    });
  });

  it.each([
    ['an unknown setting of one serving', 'only: { litserve: { thread: 2 } }', 'threads'],
    ['an unknown setting, with a suggestion', 'instance: 2', 'did you mean instances?'],
    ['a value that is not whole', 'threads: 1.5', 'whole'],
    ['a value out of range', 'maxBatch: [1, 5000]', '1024'],
    ['a value that is no number', 'threads: many', 'number'],
    ['no values', 'threads: []', 'number'],
    ['something else than settings', '- 1', 'instances'],
  ])('is refused with %s', async (_, text, hint) => {
    await expect(readSettings(fileWith(text))).rejects.toMatchObject({
      code: 'BENCH_SETTINGS',
      hint: expect.stringContaining(hint) as string,
    });
  });

  it('is refused if it does not exist', async () => {
    await expect(readSettings('/does/not/exist.yaml')).rejects.toMatchObject({
      code: 'BENCH_SETTINGS',
    });
  });
});
