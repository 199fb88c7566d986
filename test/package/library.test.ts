import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StartedServing } from '../conformance/started-serving.ts';
import { newFolder } from '../support/temporary-folder.ts';
import {
  call,
  environment,
  pack,
  PACKAGE_FILE,
  ROOT,
  startTwoServers,
} from './installed-package.ts';

/** The programs of the page, in its order. */
const examples = [
  ...readFileSync(path.join(ROOT, 'lib/docs/install.md'), 'utf8').matchAll(/^```js\n([^]*?)^```/gm),
].map(([, program = '']) => program);

let folder: string;
let servers: readonly [StartedServing, StartedServing];

beforeAll(async () => {
  folder = newFolder();
  await pack();
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  await call('npm', ['install', '--no-audit', '--no-fund', PACKAGE_FILE], { cwd: folder });
  servers = await startTwoServers(folder);
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
});

/** An example with the servers of this test and a short run, whose records go to a folder. */
const withOurServers = (program: string, output: string): string =>
  program
    .replace('http://127.0.0.1:8000', servers[0].urls.rest)
    .replace('http://127.0.0.1:9000', servers[1].urls.rest)
    .replace(
      "maxTime: '2m'",
      `repeats: 6, warmup: 0, duration: '200ms', levels: 1, noopLimits: 'none', bypass: 0, output: '${output}'`,
    );

const runProgram = async (program: string): Promise<string> => {
  writeFileSync(path.join(folder, 'example.js'), program);
  const options = { cwd: folder, env: environment(path.join(folder, 'cache')) };
  return (await call(process.execPath, ['example.js'], options)).stdout;
};

describe('The library of the package', () => {
  it('is described by three programs that measure, read and compare', async () => {
    const [run = '', readSummary = '', compare = ''] = examples;
    const measured = await runProgram(withOurServers(run, 'results/before'));
    await runProgram(withOurServers(run, 'results/after'));
    const slowest = await runProgram(readSummary);
    // Which of two runs of a moment is slower is not asserted.
    const compared = await runProgram(compare.replace('passed ? 0 : 1', '0'));

    expect(examples).toHaveLength(3);
    expect(measured).toMatch(/^a [\d.]+\nb [\d.]+\nresults\/before (passed|failed)$/m);
    expect(slowest).toMatch(/^([\d.]+|not valid)$/m);
    expect(compared).toMatch(/^a \S.* \w+$/m);
    expect(existsSync(path.join(folder, 'results/after/report.html'))).toBe(true);
  });

  it('throws errors with a code and a hint', async () => {
    const output = await runProgram(
      `import { run, readSummary } from 'serving-compare';
       for (const started of [run({ levels: 'many' }), readSummary('nothing')]) {
         const { name, code, hint } = await started.catch((error) => error);
         console.log(name, code, typeof hint);
       }`,
    );

    expect(output).toBe('BenchError BENCH_USAGE string\nBenchError BENCH_SUMMARY string\n');
  });

  it.each(['nodenext', 'bundler'])(
    'has types that a strict compiler takes, with the module resolution %s',
    async (moduleResolution) => {
      examples.forEach((text, index) => {
        writeFileSync(path.join(folder, `example-${index}.ts`), `${text}\nexport {};\n`);
      });
      const wrong = "import { run } from 'serving-compare';\nawait run({ noSuchOption: 1 });\n";
      writeFileSync(path.join(folder, 'wrong.ts'), wrong);
      const options = {
        module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext',
        moduleResolution,
        target: 'es2023',
        strict: true,
        noEmit: true,
        skipLibCheck: false,
        typeRoots: [path.join(ROOT, 'node_modules/@types')],
        types: ['node'],
      };
      const files = ['example-0.ts', 'example-1.ts', 'example-2.ts', 'wrong.ts'];
      const project = path.join(folder, 'tsconfig.json');
      writeFileSync(project, JSON.stringify({ compilerOptions: options, files }));
      const compiler = path.join(ROOT, 'node_modules/typescript/bin/tsc');
      const { stdout } = await call(process.execPath, [compiler, '-p', project], {
        cwd: folder,
      }).catch((error: unknown) => error as { readonly stdout: string });

      expect(stdout.trim().split('\n')).toEqual([
        expect.stringMatching(/^wrong\.ts\(2,13\): error TS\d+: .*noSuchOption/),
      ]);
    },
  );
});
