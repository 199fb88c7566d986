import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  assertLoadGenerator,
  findK6,
  failureOf,
  k6Arguments,
  k6Environment,
} from '../../../../../lib/bench/load/k6/k6-process.ts';
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

describe('The command line of k6', () => {
  it('sends no usage report, opens no port and reads no other configuration', () => {
    const files = {
      job: '/t/job.json',
      config: '/t/config.json',
      lines: '/t/lines.tsv',
      summary: '/t/summary.json',
    };
    const words = k6Arguments('/p/k6/infer.ts', files, 'http://127.0.0.1:9/');

    expect(words).toEqual(
      expect.arrayContaining(['--no-usage-report', '--address=', '--config=/t/config.json']),
    );
  });
});

describe('The environment of k6', () => {
  it('has no variables that change the load or send it through a proxy', () => {
    const env = {
      PATH: '/bin',
      K6_VUS: '7',
      k6_out: 'json',
      HTTPS_PROXY: 'p',
      no_proxy: 'q',
      HOME: '/h',
    };

    expect(k6Environment(env)).toEqual({ PATH: '/bin', HOME: '/h' });
  });
});

describe('A run of k6', () => {
  it.each([0, 99])('is complete if it exits with %i', (exitCode) => {
    expect(failureOf(exitCode, null, 'thresholds have been crossed')).toBeUndefined();
  });

  it.each([
    [
      107,
      null,
      'TypeError',
      'k6 ended with exit code 107: the load script failed; its last lines:\nTypeError',
    ],
    [1, null, '', 'k6 ended with exit code 1'],
    [null, 'SIGKILL', '', 'k6 ended with signal SIGKILL'],
  ])(
    'fails with exit code %s or signal %s, and quotes the last lines "%s"',
    (code, signal, lines, message) => {
      expect(failureOf(code, signal, lines)).toBe(message);
    },
  );
});
