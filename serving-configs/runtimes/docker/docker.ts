import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import type { Accelerator } from '../../manifest.ts';
import { UsageError } from '../../options/usage-error.ts';

/** Of what a program that fails printed. */
const LAST_LINES = 40;

/** Says that Docker did not do what it was told; `daemonIsGone` where it does nothing at all. */
export class DockerProblem extends UsageError {
  readonly daemonIsGone: boolean;

  constructor(message: string, hint: string, daemonIsGone = false) {
    super(message, hint);
    this.daemonIsGone = daemonIsGone;
  }
}

interface Cause {
  readonly pattern: RegExp;
  readonly why: string;
  readonly hint: string;
  readonly daemonIsGone?: true;
}

/** What stands in the words of Docker, in the order in which it counts, and what helps. */
const CAUSES: readonly Cause[] = [
  {
    pattern: /no space left on device|disk quota exceeded/i,
    why: 'the disk is full',
    hint: 'make room where Docker keeps its data (docker info --format "{{.DockerRootDir}}"), for example with docker system prune, and run the same command again',
  },
  {
    pattern:
      /cannot connect to the docker daemon|failed to connect to the docker api|is the docker daemon running|error during connect|(docker|podman)\.sock|error waiting for container: (unexpected )?EOF/i,
    why: 'the Docker daemon does not answer',
    hint: 'start it and check that this user may use it (docker version), or use --runtime venv, which needs no Docker',
    daemonIsGone: true,
  },
  {
    pattern: /port is already allocated|address already in use/i,
    why: 'one of its ports is taken',
    hint: 'stop what listens there, or run the same command again: it chooses other ports',
  },
  {
    pattern: /could not select device driver|nvidia-container-cli/i,
    why: 'Docker cannot give it the GPU',
    hint: 'check that "docker run --rm --gpus all IMAGE nvidia-smi" works: the driver and the NVIDIA Container Toolkit must fit',
  },
  {
    // The words of pip and of Go's proxy, from inside a build.
    pattern:
      /max retries exceeded|failed to establish a new connection|read timed out|certificate verify failed|proxy\.golang/i,
    why: 'a build could not reach a package registry',
    hint: 'check that containers on this machine reach it (for a mirror: build arguments and pip.conf of the base image), and run the same command again: what is already here is kept',
  },
  {
    pattern: /toomanyrequests|rate limit/i,
    why: 'the download limit of the registry is reached',
    hint: 'docker login, wait, or name a mirror: SERVING_COMPARE_REGISTRY=HOST/FOLDER, for setup and for run',
  },
  {
    pattern: /x509|certificate/i,
    why: 'the certificate of the registry is not trusted',
    hint: 'give its certificate authority to Docker: /etc/docker/certs.d/HOST/ca.crt',
  },
  {
    pattern: /unauthorized|authentication required|no basic auth credentials/i,
    why: 'the registry requires a login',
    hint: 'docker login HOST, then run the same command again',
  },
  {
    pattern:
      /dial tcp|context deadline exceeded|no such host|connection refused|i\/o timeout|tls handshake|network is unreachable|temporary failure in name resolution|request canceled/i,
    why: 'the network or the registry cannot be reached',
    hint: 'check that this machine reaches it, and run the same command again: what is already here is kept; SERVING_COMPARE_REGISTRY=HOST/FOLDER, for setup and for run, fetches all images from a registry of your own',
  },
  {
    pattern:
      /manifest unknown|not found: manifest|repository does not exist|pull access denied|: not found$/im,
    why: 'the registry does not have it',
    hint: 'name another image of this serving in "images" of serving-compare.json',
  },
];

/** Says of a build only which step of it failed. */
const NO_REASON = /returned a non-zero code|did not complete successfully/;

const lastOf = (lines: readonly string[], matches: (line: string) => boolean): string | undefined =>
  lines.findLast((line) => line.trim() !== '' && matches(line))?.trim();

/** What went wrong where Docker, the disk or a network is at fault, from the last lines that were printed; else undefined. */
export const faultFrom = (what: string, lines: readonly string[]): DockerProblem | undefined => {
  const cause = CAUSES.find(({ pattern }) => pattern.test(lines.join('\n')));
  if (cause === undefined) return undefined;
  const line = lastOf(lines, (one) => cause.pattern.test(one)) ?? '';
  return new DockerProblem(`${what}: ${cause.why} (${line})`, cause.hint, cause.daemonIsGone);
};

/** Of what Docker printed, where we know no better hint. */
const SHOWN_LINES = 8;

/** What went wrong, from the last lines of what Docker printed. */
export const problemFrom = (what: string, lines: readonly string[]): DockerProblem => {
  const fault = faultFrom(what, lines);
  if (fault !== undefined) return fault;
  const line =
    lastOf(lines, (one) => /error|fatal|denied/i.test(one) && !NO_REASON.test(one)) ??
    lastOf(lines, () => true);
  const last = lines.slice(-SHOWN_LINES).join('\n');
  return new DockerProblem(
    `${what}: ${line ?? 'Docker gives no reason'}`,
    last === ''
      ? '"docker info" shows whether the daemon is healthy'
      : `Docker's last lines:\n${last}`,
  );
};

/** Tells each line of what a program prints, without its colours. */
export const tellLines = (printed: Readable, tell: (line: string) => void): void => {
  createInterface({ input: printed }).on('line', (line) => tell(stripVTControlCharacters(line)));
};

interface DockerOptions {
  /** What could not be done, for an error: `cannot pull example/one:1`. */
  readonly what: string;
  /** Told each line that it prints, of either stream. */
  readonly onLine?: (line: string) => void;
  /** No limit without it: downloads take as long as they take. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs `docker` to its end and gives what it printed to stdout.
 * @throws DockerProblem where it fails, with why and what helps; the signal's reason where it was aborted.
 */
export const docker = async (
  args: readonly string[],
  { what, onLine, timeoutMs, signal }: DockerOptions,
): Promise<string> => {
  signal?.throwIfAborted();
  const limits = [signal, timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)];
  const child = spawn('docker', [...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: process.env,
    signal: AbortSignal.any(limits.filter((limit) => limit !== undefined)),
  });
  const lines: string[] = [];
  const keep = (line: string): void => {
    lines.push(line);
    if (lines.length > LAST_LINES) lines.shift();
    onLine?.(line);
  };
  tellLines(child.stderr, keep);
  if (onLine !== undefined) tellLines(child.stdout, keep);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  try {
    const [code, output] = await Promise.all([ended, onLine ? '' : text(child.stdout)]);
    if (code === 0) return output.trim();
  } catch (error) {
    signal?.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new DockerProblem(
        'there is no docker command on this machine',
        'install Docker, or use --runtime venv, which needs no Docker',
        true,
      );
    }
    throw new DockerProblem(
      `${what}: docker did not end within ${Math.round((timeoutMs ?? 0) / 1000)} s`,
      'see whether its daemon answers: docker version',
      true,
    );
  }
  throw problemFrom(what, lines);
};

const ASK_MS = 20_000;

/**
 * What containers compute on here: a GPU where Docker has the NVIDIA runtime, else the CPU.
 * @throws DockerProblem where Docker does not answer.
 */
export const findAccelerator = async (signal?: AbortSignal): Promise<Accelerator> => {
  const limits = { what: 'cannot query Docker', timeoutMs: ASK_MS, signal };
  await docker(['version', '--format', '{{.Server.Version}}'], limits);
  const runtimes = await docker(['info', '--format', '{{json .Runtimes}}'], limits);
  return Object.hasOwn(JSON.parse(runtimes) as object, 'nvidia') ? 'gpu' : 'cpu';
};
