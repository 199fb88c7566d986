import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyProject } from '../../support/project-copy.ts';
import type { CommandResult, Emulator } from './emulator.ts';

const ROOT = join(import.meta.dirname, '../../..');
const K6_VERSION = '1.8.1';
const CDK_LIMIT_MS = 15 * 60_000;

/** Stand-ins for programs that only nodes have. */
export const STUBS = join(import.meta.dirname, '../stubs');

/** A running command of the operator. */
export interface RunningCommand {
  readonly process: ChildProcess;
  /** The output so far, of both streams. */
  readonly printed: () => string;
  readonly ended: Promise<CommandResult>;
}

/** A user with a copy of this project, a configuration file and an AWS account. */
export interface Operator {
  /** The working directory, with the configuration and the results. */
  readonly folder: string;
  readonly configure: (options: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Reads the configuration file. */
  readonly configuration: () => Promise<Readonly<Record<string, unknown>>>;
  readonly cdk: (...args: readonly string[]) => Promise<CommandResult>;
  /** `cdk deploy --all` without questions. */
  readonly deploy: (...args: readonly string[]) => Promise<CommandResult>;
  readonly destroy: () => Promise<CommandResult>;
  readonly bench: (...args: readonly string[]) => Promise<CommandResult>;
  readonly startBench: (...args: readonly string[]) => RunningCommand;
  /** Runs a command with `--json` and parses its output. */
  readonly benchJson: (...args: readonly string[]) => Promise<unknown>;
  readonly leave: () => Promise<void>;
}

/** The k6 that `.ci/install-k6` builds. */
const findK6 = (): string => {
  const program = process.env['SERVING_COMPARE_K6'] ?? join(ROOT, '.cache/k6/bin/k6');
  if (!existsSync(program)) {
    throw new Error(`k6 is not at ${program}: bash .ci/install-k6 builds it`);
  }
  return program;
};

/**
 * Puts a release archive of k6 into a bucket, as users do whose nodes cannot reach the release page. Returns the configuration
 * for it.
 */
export const mirrorK6 = async (
  emulator: Emulator,
): Promise<{ readonly k6Version: string; readonly k6Url: string; readonly k6Sha256: string }> => {
  const folder = await mkdtemp(join(tmpdir(), 'k6-mirror-'));
  try {
    const name = `k6-v${K6_VERSION}-linux-amd64`;
    await mkdir(join(folder, name));
    await copyFile(findK6(), join(folder, name, 'k6'));
    const archive = join(folder, `${name}.tar.gz`);
    const url = `s3://k6-mirror/${name}.tar.gz`;
    for (const [command, ...args] of [
      ['tar', '--create', '--gzip', '--file', archive, '--directory', folder, name],
      ['aws', 's3', 'mb', 's3://k6-mirror'],
      ['aws', 's3', 'cp', '--only-show-errors', archive, url],
    ] as const) {
      const { code, stderr } = await emulator.run(command, args);
      if (code !== 0) throw new Error(`${command} ended with ${code}: ${stderr}`);
    }
    const sha256 = createHash('sha256')
      .update(await readFile(archive))
      .digest('hex');
    return { k6Version: K6_VERSION, k6Url: url, k6Sha256: sha256 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

export const createOperator = async (emulator: Emulator): Promise<Operator> => {
  const folder = await mkdtemp(join(tmpdir(), 'operator-'));
  // A copy, since "serving-compare deploy" writes templates into the project.
  const project = copyProject(join(folder, 'project'));
  const benchArguments = (args: readonly string[]): readonly string[] => [
    join(project, 'bin/serving-compare.js'),
    ...args,
  ];
  const file = join(folder, 'serving-compare.json');
  const cdk = (...args: readonly string[]): Promise<CommandResult> =>
    emulator.run(
      // The program that npx would start.
      join(project, 'node_modules/.bin/cdk'),
      [
        ...args,
        '-c',
        `config=${file}`,
        '--output',
        join(folder, 'cdk.out'),
        '--no-notices',
        // With CI in the environment the CDK would print progress to stdout instead of stderr.
        '--no-ci',
      ],
      { cwd: project, timeoutMs: CDK_LIMIT_MS },
    );
  const bench = (...args: readonly string[]): Promise<CommandResult> =>
    emulator.run(process.execPath, benchArguments(args), {
      cwd: folder,
      timeoutMs: 600_000,
    });
  return {
    folder,
    configure: (options) => writeFile(file, `${JSON.stringify(options, null, 2)}\n`),
    configuration: async () =>
      JSON.parse(await readFile(file, 'utf8')) as Readonly<Record<string, unknown>>,
    cdk,
    deploy: (...args) => cdk('deploy', '--all', '--require-approval', 'never', ...args),
    destroy: () => cdk('destroy', '--all', '--force'),
    bench,
    startBench: (...args) => {
      const child = spawn(process.execPath, benchArguments(args), {
        cwd: folder,
        env: emulator.env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (text) => (stdout += String(text)));
      child.stderr.on('data', (text) => (stderr += String(text)));
      const ended = once(child, 'close').then(([code]) => ({
        code: code as number | null,
        stdout,
        stderr,
      }));
      return { process: child, printed: () => stdout + stderr, ended };
    },
    benchJson: async (...args) => {
      const { stdout, stderr } = await bench(...args, '--json');
      try {
        return JSON.parse(stdout) as unknown;
      } catch {
        throw new Error(`serving-compare ${args.join(' ')} printed no JSON:\n${stdout}${stderr}`);
      }
    },
    leave: () => rm(folder, { recursive: true, force: true }),
  };
};
