/* Measures the start-up time of commands that start no servers, in turn with an empty Node program: `npm run bench:start -- 20` for 20
   rounds. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { medianOf } from '../../lib/bench/stats/moments.ts';

const root = path.resolve(import.meta.dirname, '../..');
const program = path.join(root, 'bin/serving-compare.js');
const assembly = mkdtempSync(path.join(tmpdir(), 'synth-'));
const rounds = Number(process.argv[2] ?? 10);
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'node -e 0': ['node', '-e', '0'],
  '--help': ['node', program, '--help'],
  'run --help': ['node', program, 'run', '--help'],
  plan: ['node', program, 'plan'],
  'npx cdk synth': ['npx', 'cdk', 'synth', '--quiet', '--output', assembly],
};

interface Start {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Uses bash, because Node does not report the CPU time of ended children. */
const start = (words: readonly string[]): Start => {
  const script = 'TIMEFORMAT="%R %U %S"; time "$0" "$@" >/dev/null 2>&1';
  const { stderr } = spawnSync('bash', ['-c', script, ...words], { cwd: root, encoding: 'utf8' });
  const [wall = 0, user = 0, system = 0] = stderr.trim().split(' ').map(Number);
  return { wallMs: 1000 * wall, cpuMs: 1000 * (user + system) };
};

const commands = Object.entries(COMMANDS);
// The first start fills the compile cache.
for (const [, words] of commands) start(words);
const starts = Array.from({ length: rounds }, () => commands.map(([, words]) => start(words)));
process.stdout.write(`| Node ${process.versions.node} | ms | CPU ms |\n| --- | ---: | ---: |\n`);
commands.forEach(([name], at) => {
  const median = (figure: keyof Start): string =>
    medianOf(starts.map((round) => round[at]?.[figure] ?? Number.NaN)).toFixed(0);
  process.stdout.write(`| ${name} | ${median('wallMs')} | ${median('cpuMs')} |\n`);
});
rmSync(assembly, { recursive: true });
