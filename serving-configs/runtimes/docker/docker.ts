import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import type { Accelerator } from '../../manifest.ts';
import { UsageError } from '../../options/usage-error.ts';
import { withTimeLimit } from '../../time-limit.ts';

/** Runs `docker` for a container that must not outlive this process. */
export const GUARD = path.join(import.meta.dirname, 'guard.sh');

/** Number of output lines kept to explain a failure. */
const LAST_LINES = 40;

/** A Docker command failed. */
export class DockerProblem extends UsageError {
  /** `no-daemon` if the daemon does not answer at all. */
  readonly code: 'no-daemon' | 'disk-full' | undefined;

  constructor(message: string, hint: string, code?: DockerProblem['code']) {
    super(message, hint);
    this.code = code;
  }
}

interface Cause {
  readonly pattern: RegExp;
  readonly reason: string;
  readonly hint: string;
  readonly code?: DockerProblem['code'];
}

/** Known causes by the output of Docker, with a remedy. The first match counts. */
const CAUSES: readonly Cause[] = [
  {
    pattern: /no space left on device|disk quota exceeded/i,
    reason: 'the disk is full',
    code: 'disk-full',
    hint: 'make room where Docker keeps its data (docker info --format "{{.DockerRootDir}}"), for example with docker system prune, and run the same command again',
  },
  {
    pattern: /permission denied while trying to connect|\.sock: connect: permission denied/i,
    reason: 'this user may not use Docker',
    hint: 'add the user to the group of the socket: sudo usermod -aG docker USER, then log in again; or use --runtime venv, which needs no Docker',
    code: 'no-daemon',
  },
  {
    pattern:
      /cannot connect to the docker daemon|failed to connect to the docker api|is the docker daemon running|error during connect|(docker|podman)\.sock|error waiting for container: (unexpected )?EOF/i,
    reason: 'the Docker daemon does not answer',
    hint: 'start it and check that this user may use it (docker version), or use --runtime venv, which needs no Docker',
    code: 'no-daemon',
  },
  {
    pattern: /port is already allocated|address already in use/i,
    reason: 'one of its ports is taken',
    hint: 'stop the program that uses it, or run the same command again: it chooses other ports',
  },
  {
    pattern: /could not select device driver|nvidia-container-cli/i,
    reason: 'Docker cannot give it the GPU',
    hint: 'check that "docker run --rm --gpus all IMAGE nvidia-smi" works: the driver and the NVIDIA Container Toolkit must be compatible',
  },
  {
    // Messages of pip, uv and Go's module proxy in a build.
    pattern:
      /certificate verify failed|self[- ]signed certificate|invalid peer certificate|proxy\.golang.*x509/i,
    reason: 'a build does not trust the certificate of a package registry',
    hint: 'put the certificate authority of your network into the base image: lib/docs/real-servers.md, "Behind your own certificate authority"',
  },
  {
    pattern:
      /max retries exceeded|failed to establish a new connection|read timed out|proxy\.golang/i,
    reason: 'a build could not reach a package registry',
    hint: 'check that containers on this machine reach it (for a mirror: build arguments and pip.conf of the base image), and run the same command again: what is already here is kept',
  },
  {
    pattern: /toomanyrequests|rate limit/i,
    reason: 'the download limit of the registry is reached',
    hint: 'docker login, wait, or name a mirror: SERVING_COMPARE_REGISTRY=HOST/FOLDER, for setup and for run',
  },
  {
    pattern: /x509|certificate/i,
    reason: 'the certificate of the registry is not trusted',
    hint: 'give its certificate authority to Docker: /etc/docker/certs.d/HOST/ca.crt',
  },
  {
    pattern: /unauthorized|authentication required|no basic auth credentials/i,
    reason: 'the registry requires a login',
    hint: 'docker login HOST, then run the same command again',
  },
  {
    pattern:
      /dial tcp|context deadline exceeded|no such host|connection refused|i\/o timeout|tls handshake|network is unreachable|temporary failure in name resolution|request canceled/i,
    reason: 'the network or the registry cannot be reached',
    hint: 'check that this machine reaches it, and run the same command again: what is already here is kept; SERVING_COMPARE_REGISTRY=HOST/FOLDER, for setup and for run, fetches all images from a registry of your own',
  },
  {
    pattern:
      /manifest unknown|not found: manifest|repository does not exist|pull access denied|: not found$/im,
    reason: 'the registry does not have it',
    hint: 'give another image of this serving in "images" of serving-compare.json',
  },
];

/** Lines that only tell which step of a build failed, not why. */
const NO_REASON = /returned a non-zero code|did not complete successfully/;

const isReason = (line: string): boolean =>
  /error|fatal|denied/i.test(line) && !NO_REASON.test(line);

const lastLine = (
  lines: readonly string[],
  matches: (line: string) => boolean,
): string | undefined => lines.findLast((line) => line.trim() !== '' && matches(line))?.trim();

/**
 * Recognises a failure of Docker, the disk or the network in the last lines of output; undefined for any other failure.
 * @param what - What failed, such as `cannot pull example/image:1`.
 */
export const knownProblemFrom = (
  what: string,
  lines: readonly string[],
): DockerProblem | undefined => {
  const cause = CAUSES.find(({ pattern }) => pattern.test(lines.join('\n')));
  if (cause === undefined) return undefined;
  const line = lastLine(lines, (candidate) => cause.pattern.test(candidate)) ?? '';
  return new DockerProblem(`${what}: ${cause.reason} (${line})`, cause.hint, cause.code);
};

/** Number of output lines to show if the cause is unknown. */
const SHOWN_LINES = 8;

/** Like {@link knownProblemFrom}; shows the last lines if the cause is unknown. */
export const problemFrom = (what: string, lines: readonly string[]): DockerProblem => {
  const known = knownProblemFrom(what, lines);
  if (known !== undefined) return known;
  const reason = lastLine(lines, isReason) ?? lastLine(lines, () => true);
  const last = lines.slice(-SHOWN_LINES).join('\n');
  return new DockerProblem(
    `${what}: ${reason ?? 'Docker gave no reason'}`,
    last === ''
      ? '"docker info" shows whether the daemon is healthy'
      : `Docker's last lines:\n${last}`,
  );
};

/** Calls `onLine` for each line of a program's output, without colours. */
export const readLines = (output: Readable, onLine: (line: string) => void): void => {
  createInterface({ input: output }).on('line', (line) => onLine(stripVTControlCharacters(line)));
};

interface DockerOptions {
  /** What failed, for the error: `cannot pull example/image:1`. */
  readonly what: string;
  /** Called for each line of standard output and standard error. */
  readonly onLine?: (line: string) => void;
  /** Unlimited by default, because a download may take long. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs `docker` to its end and returns its standard output, which is empty if `onLine` is given.
 * @throws DockerProblem if it fails, with the cause and a hint; the reason of the signal if it is aborted.
 */
export const docker = async (
  args: readonly string[],
  { what, onLine, timeoutMs, signal }: DockerOptions,
): Promise<string> => {
  signal?.throwIfAborted();
  const lines: string[] = [];
  const keep = (line: string): void => {
    lines.push(line);
    if (lines.length > LAST_LINES) lines.shift();
    onLine?.(line);
  };
  /** Its standard output; undefined if it failed. */
  const runClient = async (limited: AbortSignal | undefined): Promise<string | undefined> => {
    const child = spawn('docker', [...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: process.env,
      signal: limited,
    });
    readLines(child.stderr, keep);
    if (onLine !== undefined) readLines(child.stdout, keep);
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const [code, output] = await Promise.all([ended, onLine ? '' : text(child.stdout)]);
    return code === 0 ? output.trim() : undefined;
  };
  try {
    const output = await (timeoutMs === undefined
      ? runClient(signal)
      : withTimeLimit(timeoutMs, signal, runClient));
    if (output !== undefined) return output;
  } catch (error) {
    signal?.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new DockerProblem(
        'there is no docker command on this machine',
        'install Docker, or use --runtime venv, which needs no Docker',
        'no-daemon',
      );
    }
    throw new DockerProblem(
      `${what}: docker did not end within ${Math.round((timeoutMs ?? 0) / 1000)} s`,
      'check whether its daemon answers: docker version',
      'no-daemon',
    );
  }
  throw problemFrom(what, lines);
};

/** Limit for Docker commands that only query something. */
export const QUERY_TIMEOUT_MS = 20_000;

/**
 * Finds out what containers compute on: the GPU if Docker has the NVIDIA runtime, else the CPU.
 * @throws DockerProblem if Docker does not answer.
 */
export const findAccelerator = async (signal?: AbortSignal): Promise<Accelerator> => {
  const limits = { what: 'cannot query Docker', timeoutMs: QUERY_TIMEOUT_MS, signal };
  await docker(['version', '--format', '{{.Server.Version}}'], limits);
  const runtimes = await docker(['info', '--format', '{{json .Runtimes}}'], limits);
  return Object.hasOwn(JSON.parse(runtimes) as object, 'nvidia') ? 'gpu' : 'cpu';
};
