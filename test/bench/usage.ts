/*
 * Measures size, start-up time and idle memory of the platforms from packages, for the table of lib/docs/usage.md. `npm run bench:usage -- 5`
 * starts each platform that `npx serving-compare setup --servings all` installed five times. Needs an idle machine.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { medianOf } from '../../lib/bench/stats/moments.ts';
import type { PlatformUsage } from '../../lib/bench/analysis/starts.ts';
import { venv } from '../../lib/bench/run/servings/venv.ts';
import { platformOf, servingNames, type ServingName } from '../../serving-configs/index.ts';
import { CLASSIFIER } from '../../serving-configs/models/model.ts';
import { describeServing } from '../../serving-configs/runtimes/venv/describe-serving.ts';
import { environmentAt } from '../../serving-configs/runtimes/venv/environments.ts';
import {
  factsOf,
  filesFolder,
  isPossible,
} from '../../serving-configs/runtimes/venv/venv-facts.ts';

const root = path.resolve(import.meta.dirname, '../..');
const cache = path.join(root, '.cache');
const starts = Number(process.argv[2] ?? 5);
const { signal } = new AbortController();

/** Size of the packages that a platform requires, with their dependencies, in MiB. */
const sizeOf = (serving: ServingName, environment: string): number => {
  const wanted = readFileSync(path.join(filesFolder(serving), 'requirements.in'), 'utf8');
  const names = wanted.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const script = path.join(import.meta.dirname, 'usage/installed_size.py');
  const { python } = environmentAt(cache, environment);
  return Number(execFileSync(python, [script, ...names], { encoding: 'utf8' }));
};

const measure = async (serving: ServingName): Promise<Omit<PlatformUsage, 'platform'>> => {
  const readyMs: number[] = [];
  const memoryMiB: number[] = [];
  // The first start compiles and reads from the disk, so it does not count.
  for (let start = 0; start <= starts; start += 1) {
    const spec = {
      name: serving,
      backend: { kind: 'model' },
      ports: { rest: 0, grpc: 0 },
    } as const;
    const started = await venv.start(spec, CLASSIFIER, undefined, signal);
    await started.stop();
    if (start === 0 || started.place !== 'local') continue;
    readyMs.push(started.timeToReadyMs);
    memoryMiB.push(started.idleMemoryMiB ?? Number.NaN);
  }
  return {
    timeToReadyMs: Math.round(medianOf(readyMs)),
    idleMemoryMiB: Math.round(medianOf(memoryMiB)),
  };
};

const platforms = new Map<string, PlatformUsage>();
for (const serving of servingNames) {
  const platform = platformOf(serving);
  if (platforms.has(platform)) continue;
  platforms.set(platform, { platform });
  const facts = factsOf(serving);
  const entry = await describeServing(serving, cache, 'built');
  if (entry.state !== 'installed' || !entry.real || !isPossible(facts)) continue;
  const sizeMiB = sizeOf(serving, facts.environment);
  platforms.set(platform, { platform, sizeMiB, ...(await measure(serving)) });
  process.stdout.write(`${JSON.stringify(platforms.get(platform))}\n`);
}
const measured = {
  date: new Date().toISOString().slice(0, 10),
  machine: `${availableParallelism()} cores of ${cpus()[0]?.model ?? 'an unknown CPU'}`,
  starts,
  platforms: [...platforms.values()],
};
writeFileSync(path.join(root, 'lib/docs/usage.json'), `${JSON.stringify(measured, null, 2)}\n`);
