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
/** It gives its containers 15 seconds to end. */
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

/** A Docker daemon in a process of its own, which shares nothing with another one on this machine. */
export interface DockerDaemon {
  /** For DOCKER_HOST. */
  readonly host: string;
  /** The environment for processes that talk to it. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Holds everything of it. */
  readonly folder: string;
  /** Runs the docker command. Gives its standard output; throws with its words where it fails. */
  readonly docker: (...args: readonly string[]) => Promise<string>;
  /** The end of what the daemon printed. */
  readonly log: () => string;
  /** Ends it as a crash does: its containers stay, and nobody looks after them. `stop` still cleans up. */
  readonly kill: () => Promise<void>;
  /** Starts it once more after a crash, with everything that it had. */
  readonly restart: () => Promise<void>;
  /** Ends it with its containers and removes everything of it. */
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

/** Ends a process with a signal, and kills it where that is not enough. */
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

/** Its own containerd outlives a daemon that crashed, and would keep the next one waiting; the containers go with that. */
const clearAfterCrash = async (folder: string): Promise<void> => {
  await endProcesses(folder);
  await rm(join(folder, 'run', 'containerd', 'containerd.pid'), { force: true });
};

/** For a process that has not started the daemon of this folder. Whoever has started it still stops it. */
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
 * @throws Error with the end of its log where it does not.
 */
export const startDockerDaemon = async ({
  args = [],
}: DaemonOptions = {}): Promise<DockerDaemon> => {
  const program = findProgram('dockerd');
  const client = findProgram('docker');
  // The path of a socket has at most 107 characters, so its folder has a short name.
  const folder = mkdtempSync(join(tmpdir(), 'docker-'));
  const socket = join(folder, SOCKET);
  const host = `unix://${socket}`;
  // Daemons that share a bridge would give the same addresses to their containers.
  const bridge = await createBridge();
  let printed = '';
  const all = [
    `--data-root=${join(folder, 'data')}`,
    `--exec-root=${join(folder, 'run')}`,
    `--pidfile=${join(folder, PID_FILE)}`,
    `--host=${host}`,
    `--bridge=${bridge.name}`,
    ...args,
  ];
  writeFileSync(join(folder, ARGUMENTS_FILE), JSON.stringify(all));
  const launch = (): ChildProcess => {
    const started = spawn(program, all, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        printed = `${printed}${text}`.slice(-LOG_CHARACTERS);
      });
    }
    return started;
  };
  let child = launch();
  const log = (): string => printed;
  // Whoever ends without stopping it does not leave it behind.
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

  // Nothing of the user's own settings, e.g. of credentials or of another builder, has a part in the tests.
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
