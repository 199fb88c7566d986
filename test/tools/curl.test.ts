import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { interrupt, startBench } from '../support/bench-cli.ts';
import { assertPrograms } from './assert-programs.ts';
import { servingNames } from '../../serving-configs/index.ts';
import { referenceTarget } from '../conformance/reference-target.ts';
import { useSession } from '../conformance/session.ts';
import { describeShortestCall } from '../conformance/shortest-call.ts';
import { traitsOf } from '../conformance/traits.ts';

describe.each(servingNames)('%s, the simulated server', (serving) => {
  describeShortestCall(useSession(serving, referenceTarget, traitsOf(serving)));
});

beforeAll(() => assertPrograms('curl', 'base64'));

const ROOT = path.resolve(import.meta.dirname, '../..');

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
