import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createBridge } from './bridge.ts';
import { endProcesses, unmountBelow } from './left-behind.ts';
import { findProgram } from './programs.ts';

const START_LIMIT_MS = 60_000;
/** The daemon gives its containers 15 seconds to end. */
const STOP_LIMIT_MS = 30_000;
const POLL_MS = 50;
const LOG_CHARACTERS = 20_000;
const SOCKET = 'docker.sock';
const PID_FILE = 'docker.pid';
const ARGUMENTS_FILE = 'arguments.json';

export interface DaemonOptions {
  /** More arguments for dockerd, e.g. `--storage-driver=vfs` or `--registry-mirror=…`. */
  readonly args?: readonly string[];
}

/** A Docker daemon that shares nothing with other daemons on this machine. */
export interface DockerDaemon {
  /** Value for DOCKER_HOST. */
  readonly host: string;
  /** Environment for processes that use it. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Folder with all of its files. */
  readonly folder: string;
  /** Runs the docker command and returns its standard output; throws if it fails. */
  readonly docker: (...args: readonly string[]) => Promise<string>;
  /** The end of the daemon's output. */
  readonly log: () => string;
  /** Simulates a crash: its containers keep running. `stop` still cleans up. */
  readonly kill: () => Promise<void>;
  /** Starts it again after a crash, with all its data. */
  readonly restart: () => Promise<void>;
  /** Ends it and its containers, and removes all of its files. */
  readonly stop: () => Promise<void>;
}

const answers = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    get({ socketPath, path: '/_ping', agent: false, timeout: 5_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).once('error', () => resolve(false));
  });

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

/** Ends a process with a signal, or kills it if it does not end in time. */
const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  const waiting = new AbortController();
  child.kill(signal);
  const late = sleep(STOP_LIMIT_MS, 'late', { signal: waiting.signal }).catch(() => 'ended');
  if ((await Promise.race([ended, late])) === 'late') child.kill('SIGKILL');
  await ended;
  waiting.abort();
};

/** Ends the containerd of a crashed daemon with its containers, because a new daemon would wait for it. */
const clearAfterCrash = async (folder: string): Promise<void> => {
  await endProcesses(folder);
  await rm(join(folder, 'run', 'containerd', 'containerd.pid'), { force: true });
};

/** Controls the daemon of a folder from a process that did not start it; the one that did must still stop it. */
export const daemonOf = (folder: string): Pick<DockerDaemon, 'kill' | 'restart'> => ({
  kill: async () => {
    const pid = Number(readFileSync(join(folder, PID_FILE), 'utf8'));
    process.kill(pid, 'SIGKILL');
    while (existsSync(`/proc/${pid}/exe`)) await sleep(POLL_MS);
  },
  restart: async () => {
    await clearAfterCrash(folder);
    const args = JSON.parse(readFileSync(join(folder, ARGUMENTS_FILE), 'utf8')) as string[];
    spawn(findProgram('dockerd'), args, { detached: true, stdio: 'ignore' }).unref();
    const deadline = Date.now() + START_LIMIT_MS;
    while (!(await answers(join(folder, SOCKET)))) {
      if (Date.now() > deadline) throw new Error(`the daemon of ${folder} did not come back`);
      await sleep(POLL_MS);
    }
  },
});

/**
 * Starts a daemon and resolves when it answers.
 * @throws Error with the end of its log if it does not.
 */
export const startDockerDaemon = async ({
  args = [],
}: DaemonOptions = {}): Promise<DockerDaemon> => {
  const program = findProgram('dockerd');
  const client = findProgram('docker');
  // The folder has a short name, because the path of a socket is limited to 107 characters.
  const folder = mkdtempSync(join(tmpdir(), 'docker-'));
  const socket = join(folder, SOCKET);
  const host = `unix://${socket}`;
  // Daemons that share a bridge would give the same addresses to their containers.
  const bridge = await createBridge();
  let printed = '';
  const allArgs = [
    `--data-root=${join(folder, 'data')}`,
    `--exec-root=${join(folder, 'run')}`,
    `--pidfile=${join(folder, PID_FILE)}`,
    `--host=${host}`,
    `--bridge=${bridge.name}`,
    ...args,
  ];
  writeFileSync(join(folder, ARGUMENTS_FILE), JSON.stringify(allArgs));
  const launch = (): ChildProcess => {
    const started = spawn(program, allArgs, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        printed = `${printed}${text}`.slice(-LOG_CHARACTERS);
      });
    }
    return started;
  };
  let child = launch();
  const log = (): string => printed;
  // If this process ends without stopping the daemon, the daemon ends too.
  const endWithUs = (): void => void child.kill('SIGTERM');
  process.once('exit', endWithUs);

  const stop = async (): Promise<void> => {
    await end(child, 'SIGTERM');
    process.off('exit', endWithUs);
    await endProcesses(folder);
    await unmountBelow(folder);
    await bridge.remove();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };

  const untilItAnswers = async (): Promise<void> => {
    const deadline = Date.now() + START_LIMIT_MS;
    while (!(await answers(socket))) {
      if (!hasEnded(child) && Date.now() < deadline) {
        await sleep(POLL_MS);
        continue;
      }
      await stop();
      throw new Error(`dockerd did not answer within ${START_LIMIT_MS / 1000} s:\n${log()}`);
    }
  };
  await untilItAnswers();

  // The user's settings, such as credentials or another builder, must not affect the tests.
  const clientFolder = join(folder, 'client');
  mkdirSync(clientFolder);
  const env = { ...process.env, DOCKER_HOST: host, DOCKER_CONFIG: clientFolder };
  return {
    host,
    env,
    folder,
    docker: async (...dockerArgs) =>
      (await promisify(execFile)(client, [...dockerArgs], { env, maxBuffer: 1 << 26 })).stdout,
    log,
    kill: () => end(child, 'SIGKILL'),
    restart: async () => {
      await clearAfterCrash(folder);
      child = launch();
      await untilItAnswers();
    },
    stop,
  };
};
