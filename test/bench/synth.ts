/* What a synthesis costs: time, sizes of the templates, number of resources. `npm run bench:synth` prints them as Markdown. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { medianOf } from '../../lib/bench/analysis/over-repeats.ts';

const RUNS = 3;
const root = path.resolve(import.meta.dirname, '../..');
const out = mkdtempSync(path.join(tmpdir(), 'synth-'));
/** So that nothing is warned of. */
const PINNED = [
  '-c',
  'servingAmi=ami-0123456789abcdef0',
  '-c',
  'middlewareAmi=ami-0123456789abcdef0',
];

/** Seconds of one `npx cdk synth`. */
const timeOf = (values: readonly string[]): number => {
  const start = performance.now();
  const { status, stderr } = spawnSync(
    'npx',
    ['cdk', 'synth', '--quiet', '--output', out, ...PINNED, ...values],
    { cwd: root, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return (performance.now() - start) / 1000;
};

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

try {
  print(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.versions.node}\n`);
  print('| synthesis | seconds, median of 3 | all |');
  print('| --- | --- | --- |');
  for (const [what, values] of [
    ['1 pair', []],
    ['3 pairs', ['-c', 'pairs=3']],
  ] as const) {
    const times = Array.from({ length: RUNS }, () => timeOf(values));
    print(
      `| ${what} | ${medianOf(times).toFixed(2)} | ${times.map((time) => time.toFixed(2)).join(', ')} |`,
    );
  }
  print('\n| template | KiB | resources | user data, bytes |');
  print('| --- | --- | --- | --- |');
  for (const file of readdirSync(out).filter((name) => name.endsWith('.template.json'))) {
    const text = readFileSync(path.join(out, file), 'utf8');
    const { Resources } = JSON.parse(text) as {
      Resources: Record<string, { Properties?: { UserData?: unknown } }>;
    };
    const userData = Object.values(Resources).flatMap(({ Properties }) =>
      Properties?.UserData === undefined
        ? []
        : [Buffer.byteLength(JSON.stringify(Properties.UserData))],
    );
    print(
      `| ${file.replace('.template.json', '')} | ${(text.length / 1024).toFixed(1)} | ${Object.keys(Resources).length} | ${userData.join(', ')} |`,
    );
  }
} finally {
  rmSync(out, { recursive: true });
}
