import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encodeOnnx } from '../../../serving-configs/models/onnx/messages.ts';
import { tinyClassifier } from '../../serving-configs/models/onnx/tiny-classifier.ts';
import { twoByTwoModel } from '../../support/onnx-models.ts';
import { useTemporaryFolders } from '../../support/temporary-folder.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const textOf = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const pages = [
  'README.md',
  ...readdirSync(path.join(root, 'lib/docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.posix.join('lib/docs', name)),
];

/** Every command in the blocks and between the backticks of a text, as it is typed; those joined by `&&` one by one. */
const commandsIn = (text: string): readonly string[] =>
  [...text.matchAll(/^```\w*\n([^]*?)^```|`([^`\n]+)`/gm)]
    .flatMap(([, block, span = '']) => (block ?? span).split('\n'))
    .map((line) => line.replace(/^ *- run: /, '').replace(/ +#.*$/, ''))
    .filter((line) => /^np[mx] /.test(line))
    .flatMap((line) => line.split(' && '));

const commands = [...new Set(pages.flatMap((page) => commandsIn(textOf(page))))].toSorted();

const OURS = /^npx serving-compare */;
/** The words behind the program; quotes are the shell's, and what stands behind `--` is another program's. */
const wordsOf = (line: string): readonly string[] =>
  (line.replace(OURS, '').split(' -- ')[0] ?? '').replaceAll("'", '').split(' ').filter(Boolean);

/** What needs more than Node or a folder of its own, or goes on until it is stopped: other tests run it. */
const RUN_ELSEWHERE =
  /^(?:setup|serve|deploy|doctor|status|extend|logs|cancel|fetch|sweep)\b|--(?:runtime|on|target|resume|fail-on) /;

const runHere = commands.filter(
  (line) => OURS.test(line) && !RUN_ELSEWHERE.test(line.replace(OURS, '')),
);

/** What npx starts, of this project, wherever it is. */
const NPX = 'npx() { shift; "$NODE" "$ROOT/bin/serving-compare.js" "$@"; }';

/** What makes a run short, whatever its line says. */
const shortened = (line: string): string => {
  if (wordsOf(line)[0] !== 'run') return line;
  const isSaid = (option: string): boolean => wordsOf(line).includes(option);
  return [
    line.replace(/--duration \S+/, ''),
    '--repeats 1 --duration 100ms --warmup 0 --noop-limits none --bypass 0 --processes 1',
    isSaid('--levels') || isSaid('--rates') ? '' : '--levels 1',
    isSaid('--servings') ? '' : '--servings torchserve',
    isSaid('--delay') || isSaid('--model') ? '' : '--engine noop',
    '--output results/short',
  ].join(' ');
};

const newFolder = useTemporaryFolders();

/** A folder as a reader of the documentation has it. */
const workingFolder = (line: string): string => {
  const folder = newFolder();
  for (const name of ['study', '2026-01-31T12-00-00-quick']) {
    const run = path.join(folder, 'results', name);
    cpSync(path.join(root, 'test/demo/recorded-run'), run, { recursive: true });
  }
  cpSync(path.join(root, 'k6/images'), path.join(folder, 'photos'), { recursive: true });
  writeFileSync(path.join(folder, 'resnet50.onnx'), encodeOnnx(tinyClassifier));
  writeFileSync(path.join(folder, 'detector.onnx'), twoByTwoModel());
  // A description that is there is what `run` takes.
  if (/ validate|model\.yaml|detector\.yaml/.test(line) && !line.includes(' init ')) {
    const sizes = 'sizes: { ids: [1, 3], weights: [1, 3] }';
    writeFileSync(path.join(folder, 'model.yaml'), `model: { onnx: detector.onnx, ${sizes} }`);
    cpSync(path.join(folder, 'model.yaml'), path.join(folder, 'detector.yaml'));
  }
  return folder;
};

describe('a command of the documentation that needs only Node', () => {
  it('is found', () => {
    expect(runHere.length).toBeGreaterThan(8);
  });

  it.each(runHere)(
    'works: %s',
    (line) => {
      const folder = workingFolder(line);
      const { status, stderr } = spawnSync('sh', ['-c', `${NPX}; ${shortened(line)}`], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, NODE: process.execPath, ROOT: root },
      });

      // 1: so short a run supports nothing.
      const isRun = wordsOf(line)[0] === 'run';
      expect({ status: status === 1 && isRun ? 0 : status, stderr }).toMatchObject({ status: 0 });
      expect(existsSync(path.join(folder, 'results/short/report.html'))).toBe(isRun);
    },
    120_000,
  );
});
