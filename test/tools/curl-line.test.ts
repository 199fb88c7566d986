import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { interrupt, startBench } from '../support/bench-cli.ts';
import { assertPrograms } from './assert-programs.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

beforeAll(() => assertPrograms('curl'));

describe('the curl line that serving-compare serve prints', () => {
  it('works unchanged', async () => {
    const bench = startBench('serve triton_pytorch --engine noop --port 0');
    await bench.until(({ stdout }) => /^curl .*\n/m.test(stdout));
    const [line = ''] = /^curl .*$/m.exec(bench.stdout()) ?? [];
    const { stdout } = await promisify(execFile)('sh', ['-c', line], { cwd: ROOT });

    expect(JSON.parse(stdout)).toMatchObject({
      serving: 'triton_pytorch',
      payload: 'tensor',
      trained: false,
    });
    expect(await interrupt(bench)).toBe(0);
  });
});
