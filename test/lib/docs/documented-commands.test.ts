import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { plan } from '../../../lib/bench/cli/plan.ts';
import { encodeOnnx } from '../../../serving-configs/models/onnx/messages.ts';
import { tinyClassifier } from '../../serving-configs/models/onnx/tiny-classifier.ts';
import { twoByTwoModel } from '../../support/onnx-models.ts';
import { bareMachine } from '../../support/bare-machine.ts';
import { type BenchResult, callBench } from '../../support/bench-cli.ts';
import { newFolder } from '../../support/temporary-folder.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const textOf = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const pages = [
  'README.md',
  ...readdirSync(path.join(root, 'lib/docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.posix.join('lib/docs', name)),
];

/** All commands in the code blocks and code spans of a page. Commands joined by `&&` are split. */
const commandsIn = (text: string): readonly string[] =>
  [...text.matchAll(/^```\w*\n([^]*?)^```|`([^`\n]+)`/gm)]
    .flatMap(([, block, span = '']) => (block ?? span).split('\n'))
    .map((line) => line.replace(/^ *- run: /, '').replace(/ +#.*$/, ''))
    .filter((line) => /^np[mx] /.test(line))
    .flatMap((line) => line.split(' && '));

const commands = [...new Set(pages.flatMap((page) => commandsIn(textOf(page))))].toSorted();

const OURS = /^npx serving-compare */;
/** The arguments of a command, without quotes, and without what comes after `--` or `>`, which is for other programs. */
const wordsOf = (line: string): readonly string[] =>
  (line.replace(OURS, '').split(/ (?:--|>) /)[0] ?? '')
    .replaceAll("'", '')
    .split(' ')
    .filter(Boolean);

const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
/** The TypeScript file that an npm script starts, or the command itself. */
const programOf = (line: string): string =>
  /\S+\.ts$/.exec(scripts[line.replace('npm run ', '')] ?? '')?.[0] ?? line;

/** Reads the commands of the README's section on AWS and runs them unchanged, and runs others. */
const README_ON_AWS = 'test/aws/study.test.ts';
const DEPLOY = 'test/aws/cli/deploy.test.ts';
const DOCTOR = 'test/aws/cli/doctor.test.ts';
const FETCH = 'test/aws/cli/fetch.test.ts';
const NODES = 'test/aws/cli/nodes.test.ts';
const AWS_RUN = 'test/aws/cli/run.test.ts';
const AWS_SETTINGS = 'test/aws/cli/settings.test.ts';
const DOCKER = 'test/docker/setup-and-run.test.ts';
const SETUP = 'test/lib/bench/cli/setup.test.ts';
const RUN = 'test/lib/bench/cli/run-local.test.ts';
const TUNE = 'test/real/tune.test.ts';
const MANY = 'test/real/many-run.test.ts';
const RUNNING = 'test/lib/bench/cli/running-servers.test.ts';

/** Commands that need more than Node, run until they are stopped, or are slow; and the test that runs each. */
const RUN_ELSEWHERE: Readonly<Record<string, string>> = {
  'npm ci': '.ci/run',
  'npx --prefix ../clone serving-compare validate': 'test/lib/bench/cli/validate.test.ts',
  'npm run bench': '.ci/run',
  'npm run docs:schemas': 'test/lib/docs/json-schemas.test.ts',
  'npm run models': 'test/serving-configs/models/build/build-models.test.ts',
  'npm install -g ./serving-compare-0.2.0.tgz': 'test/package/package.test.ts',
  'npm run pack': 'test/package/installed-package.ts',
  'npm run test:aws': '.ci/run',
  'npm run test:docker': '.ci/run',
  'npx serving-compare run --resume results/study': 'test/lib/bench/run/kill-and-resume.test.ts',
  'npx serving-compare report results/before results/after --fail-on slower':
    'test/lib/bench/cli/report.test.ts',
  'npx serving-compare run --baseline main --fail-on slower':
    'test/lib/bench/cli/run-baseline.test.ts',
  'npx serving-compare run --profile tune --slo-p99 100ms --runtime venv': TUNE,
  'npx serving-compare plan --profile many --runtime venv': MANY,
  'npx serving-compare run --profile many --runtime venv': MANY,
  'npx serving-compare run --tuned results/RUN': TUNE,
  'npx serving-compare run --on aws --profile tune --slo-p99 100ms': AWS_SETTINGS,
  'npx serving-compare run --on aws --tuned results/RUN': AWS_SETTINGS,
  'npx serving-compare serve torchserve': 'test/lib/bench/cli/start-serving.test.ts',
  'npx serving-compare setup': SETUP,
  'npx serving-compare setup --servings mms': SETUP,
  'npx serving-compare run --runtime venv': RUN,
  'npx serving-compare run --runtime venv --servings all --protocols rest,grpc': RUN,
  'npx serving-compare run --target blue=http://10.0.0.5:8000 --runtime venv --servings flask':
    RUNNING,
  'npx serving-compare run --target blue=http://10.0.0.5:8000 --target green=http://10.0.0.6:9000/predict':
    RUNNING,
  'npx serving-compare run --profile soak --servings flask --duration 30m':
    'test/lib/bench/run/soak.test.ts',
  'npx serving-compare run --model model.yaml --runtime venv': 'test/real/support/own-model-run.ts',
  'npx serving-compare serve flask --runtime venv --model model.yaml': 'test/real/serve.test.ts',
  'npx serving-compare run --model model.yaml --on aws': 'test/aws/round-trip.test.ts',
  'npx serving-compare setup --runtime docker': DOCKER,
  'npx serving-compare setup --runtime docker --weights resnet50.pth': DOCKER,
  'npx serving-compare run --runtime docker': DOCKER,
  'npx serving-compare run --runtime venv --profile stability --servings torchserve,triton_onnx,flask':
    'test/real/stability.test.ts',
  'npx serving-compare run --runtime docker --profile stability --servings flask,torchserve':
    'test/docker/stability.test.ts',
  'npx serving-compare doctor': README_ON_AWS,
  'npx serving-compare doctor --downloads': DOCTOR,
  'npx cdk bootstrap': README_ON_AWS,
  'npx cdk deploy --all': README_ON_AWS,
  'npx serving-compare study --on aws': README_ON_AWS,
  'npx serving-compare finish': README_ON_AWS,
  'npx serving-compare run --on aws --profile quick --repeats 3': README_ON_AWS,
  'npx serving-compare run --on aws --profile replicate-2021 --detach': README_ON_AWS,
  'npx cdk destroy --all': README_ON_AWS,
  'npx serving-compare fetch --all --delete': FETCH,
  'npx serving-compare leftovers': NODES,
  'npx serving-compare deploy': DEPLOY,
  'npx serving-compare deploy -- --require-approval never': DEPLOY,
  'npx serving-compare run --on aws --dry-run': AWS_RUN,
  'npx serving-compare run --on aws --resume study': AWS_RUN,
  'npx serving-compare fetch 2026-01-31t12-00-00-quick': FETCH,
  'npx serving-compare status': NODES,
  'npx serving-compare extend 9h': NODES,
  'npx serving-compare logs 2026-01-31t12-00-00-quick': NODES,
  'npx serving-compare cancel 2026-01-31t12-00-00-quick': NODES,
};

/** Whether a word is an example that tests replace: a folder, a file, a run or a duration. */
const isExample = (word: string): boolean => /[/]|\.\w+$|^\d{4}-|^study$|^\d+m$/.test(word);

/** Whether a text contains the words of a command, each option with its value. */
const containsWords = (text: string, typed: readonly string[]): boolean => {
  const [name = '', ...args] = typed;
  const parts = args.reduce<string[][]>((all, word) => {
    const last = all.at(-1);
    if (word.startsWith('--') || last === undefined) all.push([word]);
    else last.push(word);
    return all;
  }, []);
  const between = String.raw`['"\s,]+`;
  return [[name], ...parts].every((part) =>
    new RegExp(
      part
        .filter((word) => !isExample(word))
        .map((word) => word.replaceAll(/[.*+?()|]/g, String.raw`\$&`))
        .join(between),
    ).test(text),
  );
};

/** Whether a test runs a command: it contains the command, its words, or the program that an npm script starts. */
const isRunBy = (file: string, line: string): boolean => {
  const [section = ''] = /^## On AWS$[^]*?^## /m.exec(textOf('README.md')) ?? [];
  if (file === README_ON_AWS && commandsIn(section).includes(line)) return true;
  const text = textOf(file);
  if (!OURS.test(line)) return text.includes(line) || text.includes(programOf(line));
  // As one line, or as the arguments of a call.
  return containsWords(text, wordsOf(line));
};

const ours = commands.filter((line) => OURS.test(line));
const runHere = ours.filter((line) => RUN_ELSEWHERE[line] === undefined);

describe('a command of the documentation', () => {
  it('is found, and is run below or by another test', () => {
    expect(commands.length).toBeGreaterThan(30);
    expect(runHere.length).toBeGreaterThan(8);
    expect(commands.filter((line) => !runHere.includes(line))).toEqual(
      Object.keys(RUN_ELSEWHERE).toSorted(),
    );
  });

  it.each(Object.entries(RUN_ELSEWHERE))(
    'is run by another test or by .ci/run: %s by %s',
    (line, file) => {
      expect(isRunBy(file, line)).toBe(true);
    },
  );
});

/**
 * The words of a command as it is called here. What `run` would measure is only planned, because other tests measure it, unless an option
 * has no effect on a plan; then the run is short.
 */
const calledAs = (line: string): readonly string[] => {
  const words = wordsOf(line);
  const [name, ...options] = words;
  if (name !== 'run') return words;
  const names = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
  const has = (option: string): boolean => names.includes(option);
  if (names.every((option) => option in plan.options)) return ['plan', ...options];
  const short =
    '--repeats 1 --duration 100ms --warmup 0 --noop-limits none --bypass 0 --processes 1 --levels 1 --servings torchserve --scenarios warm --output results/short';
  return [...words, ...(has('model') ? [] : ['--engine', 'noop']), ...short.split(' ')];
};

/** A working directory with the files that the documentation mentions. */
const workingFolder = (line: string): string => {
  const folder = newFolder();
  for (const name of ['study', '2026-01-31T12-00-00-quick']) {
    const run = path.join(folder, 'results', name);
    cpSync(path.join(root, 'test/demo/recorded-run'), run, { recursive: true });
  }
  cpSync(path.join(root, 'k6/images'), path.join(folder, 'photos'), { recursive: true });
  cpSync(path.join(root, 'k6/images/cat.jpg'), path.join(folder, 'photo/cat.jpg'));
  writeFileSync(path.join(folder, 'resnet50.onnx'), encodeOnnx(tinyClassifier));
  writeFileSync(path.join(folder, 'detector.onnx'), twoByTwoModel());
  // Only then, because `run` uses any model.yaml that it finds.
  if (/ validate|model\.yaml|detector\.yaml/.test(line) && !line.includes(' init ')) {
    const sizes = 'sizes: { ids: [1, 3], weights: [1, 3] }';
    writeFileSync(path.join(folder, 'model.yaml'), `model: { onnx: detector.onnx, ${sizes} }`);
    cpSync(path.join(folder, 'model.yaml'), path.join(folder, 'detector.yaml'));
  }
  return folder;
};

/** Calls a command in its working directory. */
const callIn = async (folder: string, words: readonly string[]): Promise<BenchResult> => {
  const before = process.cwd();
  process.chdir(folder);
  try {
    return await callBench(words, bareMachine());
  } finally {
    process.chdir(before);
  }
};

describe('a command of the documentation that needs only Node', () => {
  it.each(runHere)('works: %s', async (line) => {
    const folder = workingFolder(line);
    const words = calledAs(line);
    const { exitCode, stderr } = await callIn(folder, words);
    const isRun = words[0] === 'run';

    // A run this short may be invalid, so 1 is accepted.
    expect({ exitCode: exitCode === 1 && isRun ? 0 : exitCode, stderr }).toMatchObject({
      exitCode: 0,
    });
    expect(existsSync(path.join(folder, 'results/short/report.html'))).toBe(isRun);
  });
});
