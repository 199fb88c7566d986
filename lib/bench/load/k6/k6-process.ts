import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { BenchError, messageOf, systemCodeOf } from '../../model/errors.ts';
import type { PlanOptions } from '../../model/plan-options.ts';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadJob } from '../job.ts';

/** The k6 program of this machine. */
export interface K6Program {
  /** A path, or a name that is looked up on the PATH. */
  readonly command: string;
  /** E.g. `1.8.1`. */
  readonly version: string;
}

/** The first major version with an empty `--address`, TypeScript without a flag, and `k6/experimental/fs`. */
const OLDEST_MAJOR = 1;

/**
 * Finds k6: the program that `SERVING_COMPARE_K6` names, or `k6` on the PATH.
 *
 * @throws BenchError `BENCH_NO_K6` if there is none, or it is too old
 */
export const findK6 = async (
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<K6Program> => {
  const command = env.SERVING_COMPARE_K6 ?? 'k6';
  const text = await versionText(command);
  const version = /^k6(?:\.exe)? v(\d+\.\d+\.\d+\S*)/.exec(text)?.[1];
  if (version === undefined) {
    throw new BenchError('BENCH_NO_K6', `${command} prints "${text}" instead of its version`, {
      hint: 'set SERVING_COMPARE_K6 to the path of k6',
    });
  }
  if (Number.parseInt(version, 10) < OLDEST_MAJOR) {
    throw new BenchError('BENCH_NO_K6', `${command} is k6 ${version}, which is too old`, {
      hint: 'install k6 1.8 or newer: https://grafana.com/docs/k6/latest/set-up/install-k6/',
    });
  }
  return { command, version };
};

const versionText = async (command: string): Promise<string> => {
  try {
    const { stdout } = await promisify(execFile)(command, ['version'], { timeout: 120_000 });
    return stdout.trim();
  } catch (error) {
    const missing = systemCodeOf(error) === 'ENOENT';
    throw new BenchError(
      'BENCH_NO_K6',
      missing
        ? `the load generator k6 is not on this machine: there is no ${command}`
        : `${command} cannot be run: ${messageOf(error)}`,
      {
        hint:
          'install it: https://grafana.com/docs/k6/latest/set-up/install-k6/, or with Go: bash .ci/install-k6; ' +
          'if it is not on the PATH, set SERVING_COMPARE_K6 to its path, or use --load-generator embedded',
        cause: error,
      },
    );
  }
};

/**
 * Checks early that the load generator of a plan is installed.
 *
 * @throws BenchError `BENCH_NO_K6` if it is not
 */
export const assertLoadGenerator = async (options: PlanOptions): Promise<void> => {
  if (options.loadGenerator === 'k6') await findK6();
};

/** The files of one run of k6, as absolute paths. */
interface K6Files {
  /** The job, as JSON. */
  readonly job: string;
  /** An empty configuration, so that the one in the user's home folder has no effect. */
  readonly config: string;
  /** The lines that the script writes for each request. */
  readonly lines: string;
  /** The summary that the script writes at the end. */
  readonly summary: string;
}

/** The arguments of k6. They make it ignore the user's settings and send no usage reports. */
export const k6Arguments = (
  script: string,
  files: K6Files,
  windowEndUrl: string,
): readonly string[] => [
  'run',
  '--quiet',
  '--no-color',
  '--no-usage-report',
  // No API server: a second k6 on this machine would need the same port.
  '--address=',
  `--config=${files.config}`,
  '--log-format=raw',
  `--console-output=${files.lines}`,
  '--include-system-env-vars=false',
  '--env',
  `JOB=${files.job}`,
  '--env',
  'SAMPLES=1',
  '--env',
  `SUMMARY=${files.summary}`,
  '--env',
  `WINDOW_END_URL=${windowEndUrl}`,
  script,
];

/**
 * The environment of k6. It has no variables that change the options of k6 (`K6_VUS` would replace the scenario) and no proxies,
 * which the embedded load generator does not use either.
 */
export const k6Environment = (
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^K6_|^(https?|no|all)_proxy$/i.test(name)),
  );

/** Exit codes after a complete run; 99 means that a threshold was crossed. */
const COMPLETED = [0, 99];

const MEANINGS: Readonly<Record<number, string>> = {
  104: 'its options are not valid',
  105: 'it was stopped from outside',
  107: 'the load script failed',
  108: 'the load script gave up',
  109: 'it crashed',
};

/** Why k6 did not run to its end, as a message; undefined if it did. */
export const failureOf = (
  exitCode: number | null,
  signal: string | null,
  lastLines: string,
): string | undefined => {
  if (exitCode !== null && COMPLETED.includes(exitCode)) return undefined;
  const how = signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
  const meaning = exitCode === null ? undefined : MEANINGS[exitCode];
  const end = `k6 ended with ${how}${meaning === undefined ? '' : `: ${meaning}`}`;
  return lastLines === '' ? end : `${end}; its last lines:\n${lastLines}`;
};

/** Makes a temporary folder for one run of k6, with the files that k6 reads and an empty file for its lines. */
export const makeWorkFolder = async (
  job: LoadJob,
): Promise<{ readonly files: K6Files; readonly remove: () => Promise<void> }> => {
  const folder = await mkdtemp(join(tmpdir(), 'serving-compare-k6-'));
  const files: K6Files = {
    job: join(folder, 'job.json'),
    config: join(folder, 'config.json'),
    lines: join(folder, 'lines.tsv'),
    summary: join(folder, 'summary.json'),
  };
  await writeFile(files.job, JSON.stringify(job));
  await writeFile(files.config, '{}');
  await writeFile(files.lines, '');
  return { files, remove: () => rm(folder, { recursive: true, force: true }) };
};

const EVERY_MS = 50;
const CHUNK_BYTES = 1 << 18;

/** Reads a file while k6 appends to it. With a pipe, a busy reader could hold up the load. */
export const followFile = async (
  file: string,
  onText: (text: string) => void,
): Promise<{
  /** Reads the rest and closes the file. Rejects if reading or `onText` failed. */
  readonly finish: () => Promise<void>;
}> => {
  const handle = await open(file, 'r');
  const decoder = new TextDecoder();
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let position = 0;
  const finished = new AbortController();
  const readNewText = async (): Promise<void> => {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      onText(decoder.decode(buffer.subarray(0, bytesRead), { stream: true }));
    }
  };
  const follow = async (): Promise<void> => {
    while (!finished.signal.aborted) {
      await readNewText();
      await sleep(EVERY_MS);
    }
    await readNewText();
  };
  const following = follow();
  // `finish` awaits it and reports the error.
  following.catch(() => undefined);
  return {
    finish: async () => {
      finished.abort();
      await following.finally(() => handle.close());
    },
  };
};

/** A running k6 process. */
export interface RunningK6 {
  readonly pid: number;
  /** Resolves after a complete run; otherwise rejects with the reason. */
  readonly done: Promise<void>;
  /** Kills the process. */
  readonly kill: () => void;
}

const LAST_LINES = 8;
/** k6 prints this for every request without an answer. The figures already count them. */
const NOISE = 'Request Failed';

/** Starts k6 with the load script, in the process group of this process, so that both end together. */
export const startK6 = (
  command: string,
  script: string,
  files: K6Files,
  windowEndUrl: string,
): RunningK6 => {
  const child = spawn(command, k6Arguments(script, files, windowEndUrl), {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: k6Environment(process.env),
  });
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line === NOISE || line.trim() === '') return;
    lines.push(line);
    if (lines.length > LAST_LINES) lines.shift();
  });
  const done = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      const failure = failureOf(exitCode, signal, lines.join('\n'));
      if (failure === undefined) resolve();
      else reject(new Error(failure));
    });
  });
  // The caller awaits it; an earlier failure must not crash this process.
  done.catch(() => undefined);
  return { pid: child.pid ?? -1, done, kill: () => void child.kill('SIGKILL') };
};
