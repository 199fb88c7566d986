import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { portsOf, type ServingName } from '../../index.ts';
import type { Accelerator, ServingManifest } from '../../manifest.ts';
import type { Model } from '../../models/model.ts';
import { awaitInstances } from '../batch-counts.ts';
import { makeCountsFolder } from './counts-folder.ts';
import { dockerArguments } from './docker-arguments.ts';
import { askedInstances, type Settings } from '../../settings.ts';
import { withTimeLimit } from '../../time-limit.ts';
import { startGuard } from '../guards.ts';
import { NotRunning } from '../not-running.ts';
import { awaitReady, isProbeLine } from '../ready.ts';
import { platformFolderOf } from '../platform-folder.ts';
import { choosePorts, LOOPBACK, type RequestedPorts } from '../ports.ts';
import { docker, GUARD, problemFrom, readLines } from './docker.ts';
import { assertGpuUse } from './gpu-use.ts';
import { launcherLabels, removeLeftovers } from './leftovers.ts';
import { mountedModels } from './mounted-models.ts';

/** What to run, and on which ports of loopback. */
export interface ContainerOptions {
  readonly serving: ServingName;
  /** `NAME@sha256:…`, or the id of an image. */
  readonly image: string;
  readonly accelerator: Accelerator;
  readonly settings: Settings;
  readonly model: Model;
  readonly ports: RequestedPorts;
}

/**
 * The requested host port for each container port; 0 means any free one. Callers choose the ports of REST and gRPC, not those of
 * health and metrics. If one port serves both protocols, the one of REST counts.
 */
const requestedPorts = (
  manifest: ServingManifest,
  { rest, grpc }: RequestedPorts,
): ReadonlyMap<number, number> =>
  new Map(
    portsOf(manifest).map((containerPort) => {
      if (containerPort === manifest.rest.port) return [containerPort, rest];
      return [containerPort, containerPort === manifest.grpc?.port ? grpc : 0];
    }),
  );

interface ContainerEnd {
  /** Exit code of the server, or 125 if Docker itself failed. */
  readonly exitCode: number;
  /** The last lines of its output. */
  readonly lines: readonly string[];
}

const POLL_MS = 50;
const STOP_SECONDS = 8;
const STOP_MS = 20_000;
const LAST_LINES = 20;
/** Exit code of the Docker client for failures other than those of the container. */
const DOCKER_FAILED = 125;
const KILLED = 137;

const describeExitCode = (exitCode: number): string =>
  exitCode === KILLED
    ? 'exit code 137: it was killed, because memory ran out or by docker kill'
    : `exit code ${exitCode}`;

/** The error for a container that ended unexpectedly. */
const endProblem = (title: string, { exitCode, lines }: ContainerEnd): Error => {
  if (exitCode === DOCKER_FAILED) return problemFrom(`the container of ${title} ended`, lines);
  const output = lines.length === 0 ? '' : `; its last lines:\n${lines.join('\n')}`;
  return new NotRunning(
    'ended',
    `the container of ${title} ended by itself, ${describeExitCode(exitCode)}${output}`,
  );
};

/**
 * Starts the Docker client under a guard, which ends with the container and removes a folder. Keeps the last lines that `isKept` accepts.
 */
const startClient = (
  name: string,
  folder: string,
  args: readonly string[],
  isKept: (line: string) => boolean,
) => {
  const client = startGuard('sh', [GUARD, name, folder, ...args], { env: process.env });
  const lines: string[] = [];
  for (const output of [client.stdout, client.stderr]) {
    readLines(output, (line) => {
      if (!isKept(line)) return;
      lines.push(line);
      if (lines.length > LAST_LINES) lines.shift();
    });
  }
  const ended = new Promise<ContainerEnd>((resolve) => {
    client.once('error', (error) => resolve({ exitCode: DOCKER_FAILED, lines: [error.message] }));
    client.once('close', (exitCode) => resolve({ exitCode: exitCode ?? DOCKER_FAILED, lines }));
  });
  return { lines, ended };
};

/**
 * Starts the container of a serving and resolves when its model answers.
 * @param stopping - Ends the start.
 * @throws DockerProblem or UsageError if it cannot be started, NotRunning if it ended or was not ready in time, and the reason of
 * `stopping` if it was stopped before.
 */
export const startContainer = async (options: ContainerOptions, stopping: AbortSignal) => {
  const { serving, image, accelerator, settings, model, ports } = options;
  // With the process id, so that two runs on a machine do not stop each other's containers.
  const name = `serving-compare-${serving.replaceAll('_', '-')}-${process.pid}`;
  // Other servings of this process may run beside it.
  await removeLeftovers((other) => other === name, stopping);
  // The container's guard removes it at the end.
  const work = await mkdtemp(path.join(tmpdir(), 'container-'));
  const prepare = async () => {
    const platformFolder = platformFolderOf(serving);
    const mounted = await mountedModels(
      { serving, accelerator, settings, model },
      platformFolder,
      work,
    );
    const requested = requestedPorts(mounted.manifest, ports);
    const chosen = await choosePorts([...requested.values()]);
    const hostPorts = new Map(
      [...requested.keys()].map((containerPort, index) => [containerPort, chosen[index] ?? 0]),
    );
    const countsFolder = await makeCountsFolder(work, mounted.manifest, settings);
    const args = dockerArguments(mounted.manifest, {
      ...mounted,
      countsFolder,
      image,
      accelerator,
      settings,
      published: { address: LOOPBACK, hostPorts },
      name,
      labels: launcherLabels(),
    });
    stopping.throwIfAborted();
    const client = startClient(name, work, args, (line) => !isProbeLine(line, mounted.probe));
    return { ...mounted, ...client, hostPorts, countsFolder };
  };
  const { manifest, probe, hostPorts, countsFolder, lines, ended } = await prepare().catch(
    async (error: unknown) => {
      await rm(work, { recursive: true, force: true });
      throw error;
    },
  );
  const { title, rest, grpc, statistics, startTimeoutSeconds } = manifest;
  const ending = new AbortController();
  void ended.then(() => ending.abort());
  const stop = async (): Promise<void> => {
    // Docker does not know a container that is just being created, so this is repeated until the container has ended.
    while (!ending.signal.aborted) {
      const limits = { what: `cannot stop ${name}`, timeoutMs: STOP_MS };
      await docker(['stop', '--time', String(STOP_SECONDS), name], limits).catch(() => undefined);
      await sleep(POLL_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  };
  const baseUrlOf = (containerPort: number): string =>
    `http://${LOOPBACK}:${hostPorts.get(containerPort) ?? containerPort}`;
  try {
    const { ready, answer } = await withTimeLimit(
      startTimeoutSeconds * 1000,
      AbortSignal.any([stopping, ending.signal]),
      async (limited) => {
        const answered = await awaitReady(baseUrlOf(probe.port), probe, limited);
        if (!answered.ready || countsFolder === undefined) return answered;
        const loaded = await awaitInstances(countsFolder, askedInstances(settings), limited);
        return loaded === true
          ? answered
          : { ready: false, answer: `${answered.answer}, but ${loaded}` };
      },
    );
    stopping.throwIfAborted();
    if (ending.signal.aborted) throw endProblem(title, await ended);
    if (!ready) {
      throw new NotRunning(
        'not-ready',
        `${title} was not ready after ${startTimeoutSeconds} s (last answer of ${probe.path}: ${answer}); its last lines:\n${lines.join('\n')}`,
      );
    }
    if (accelerator === 'gpu') await assertGpuUse(name);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: baseUrlOf(rest.port),
    grpcUrl: grpc && baseUrlOf(grpc.port),
    statisticsUrl: statistics && baseUrlOf(statistics.port) + statistics.path,
    container: name,
    /** Resolves when it has ended by itself; never rejects. */
    ended: ended.then((end) => endProblem(title, end)),
    stop,
  };
};
