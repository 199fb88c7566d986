import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assertLoadGenerator, findK6 } from '../../../../../lib/bench/load/k6/find-k6.ts';
import { resolvePlanOptions } from '../../../../../lib/bench/plan/resolve-plan-options.ts';
import { newFolder } from '../../../../support/temporary-folder.ts';

const programPrinting = async (text: string): Promise<string> => {
  const file = join(newFolder(), 'k6');
  await writeFile(file, `#!/bin/sh\necho '${text}'\n`, { mode: 0o755 });
  return file;
};

describe('The k6 of this machine', () => {
  it('is the one that the environment names, with its version', async () => {
    const command = await programPrinting('k6 v1.8.1 (go1.25.3, linux/amd64)');

    await expect(findK6({ SERVING_COMPARE_K6: command })).resolves.toEqual({
      command,
      version: '1.8.1',
    });
  });

  it('is refused if it is not installed', async () => {
    await expect(findK6({ SERVING_COMPARE_K6: '/nowhere/k6' })).rejects.toMatchObject({
      code: 'BENCH_NO_K6',
      message: expect.stringContaining('/nowhere/k6'),
      hint: expect.stringContaining('--load-generator'),
    });
  });

  it.each([
    ['k6 v0.49.0 (go1.21.6, linux/amd64)', '0.49.0'],
    ['hello', '"hello"'],
  ])('is refused if it prints the version "%s"', async (text, quoted) => {
    const program = await programPrinting(text);

    await expect(findK6({ SERVING_COMPARE_K6: program })).rejects.toMatchObject({
      code: 'BENCH_NO_K6',
      message: expect.stringContaining(quoted),
    });
  });

  it('is not needed by a plan for the embedded load generator', async () => {
    await expect(assertLoadGenerator(resolvePlanOptions({}))).resolves.toBeUndefined();
  });
});
