/*
 * Early stopping in a real run: the study's servings and its middleware (profile parity) behind equal delays, with the
 * tensor to each, since its full-size JSON leaves the middleware at its limit; at half of its levels and in short windows,
 * once whole and once with `--stop-early`. `npm run bench:stopping-run [-- FOLDER]` takes about 12 minutes, prints how the
 * words compare and what was saved, and leaves both runs in the folder.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Summary } from '../../lib/bench/analysis/summary.ts';
import { allWords, carriedWords, measuredWords, type SaidWord } from './stopping/study-run.ts';
import { wordChanges, wordChangesText } from './stopping/word-changes.ts';

const OPTIONS =
  '--profile parity --payloads tensor --delay 15 --scenarios warm --levels 10,20,40,60,80 --repeats 5 --duration 2 --warmup 1 --direct 0 --ceilings once --seed 7';

const BENCH = join(import.meta.dirname, '../../bin/serving-compare.js');

/** The summary of a finished run in the folder, of which one that is there already counts. */
const run = async (folder: string, flag: string): Promise<Summary> => {
  const file = join(folder, 'summary.json');
  if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8')) as Summary;
  const args = ['run', ...OPTIONS.split(' '), flag, '--output', folder];
  process.stderr.write(`serving-compare ${args.join(' ')}\n`);
  const child = spawn(process.execPath, [BENCH, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0)
    throw new Error(`npx serving-compare run ended with ${code}: see ${folder}/report.md`);
  return JSON.parse(await readFile(file, 'utf8')) as Summary;
};

const wordsOf = ({ verdicts }: Summary): readonly SaidWord[] =>
  (verdicts ?? []).flatMap((family) =>
    family.verdicts.map(({ first, second, scenario, level, word, withheld, carried }) => ({
      first: { path: first, scenario, level },
      second: { path: second, scenario, level },
      word,
      measured: withheld === undefined && carried === undefined,
    })),
  );

const countText = (words: ReadonlyMap<string, string>): string => {
  const kinds = ['faster', 'slower', 'equivalent', 'undecided'];
  const count = (kind: string) => [...words.values()].filter((word) => word === kind).length;
  return kinds.map((kind) => `${count(kind)} ${kind}`).join(', ');
};

const folder = process.argv[2] ?? (await mkdtemp(join(tmpdir(), 'stopping-')));
const model = cpus()[0]?.model ?? 'unknown';
const machine = `${model}, ${cpus().length} cores, load ${(loadavg()[0] ?? 0).toFixed(1)} before it began`;
const full = await run(join(folder, 'full'), '--no-stop-early');
const early = await run(join(folder, 'early'), '--stop-early');
const [fullWords, earlyWords] = [wordsOf(full), wordsOf(early)];
const { savings } = early;
const left = savings === undefined ? 0 : savings.seconds / savings.plannedSeconds;
const lines = [
  ['machine', machine],
  ['runs', folder],
  ['load left out', `${(left * 100).toFixed(1)} % of the seconds, ${savings?.cells ?? 0} cells`],
  ['words of the full run', countText(allWords(fullWords))],
  ['words of the early run', countText(allWords(earlyWords))],
  ['carried of them', countText(carriedWords(earlyWords))],
  [
    'at measured levels',
    wordChangesText(wordChanges(measuredWords(earlyWords), allWords(fullWords))),
  ],
  ['at all levels', wordChangesText(wordChanges(allWords(earlyWords), allWords(fullWords)))],
];
process.stdout.write(
  `${lines.map(([name = '', text]) => `${name.padEnd(24)}${text}`).join('\n')}\n`,
);
