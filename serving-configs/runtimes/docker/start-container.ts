import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { portsOf } from '../../index.ts';
import type { ServingManifest } from '../../manifest.ts';
import { dockerArguments } from './docker-arguments.ts';
import { withTimeLimit } from '../../time-limit.ts';
import { NotRunning } from '../run-serving.ts';
import { awaitReady, isProbeLine } from '../ready.ts';
import { platformFolderOf } from '../platform-folder.ts';
import { choosePorts, LOOPBACK } from '../ports.ts';
import { docker, problemFrom, readLines } from './docker.ts';
import { assertGpuUse } from './gpu-use.ts';
import { launcherLabels, removeLeftovers } from './leftovers.ts';
import { mountedModels } from './mounted-models.ts';
import type { ContainerOptions } from './options.ts';

/**
 * The requested host port for each container port; 0 means any free one. Callers choose the ports of REST and gRPC, not those of
 * health and metrics. If one port serves both protocols, the one of REST counts.
 */
const requestedPorts = (
  manifest: ServingManifest,
  { port, grpcPort }: { readonly port: number; readonly grpcPort: number },
): ReadonlyMap<number, number> =>
  new Map(
    portsOf(manifest).map((containerPort) => {
      if (containerPort === manifest.rest.port) return [containerPort, port];
      return [containerPort, containerPort === manifest.grpc?.port ? grpcPort : 0];
    }),
  );

interface ContainerEnd {
  /** Exit code of the server, or 125 if Docker itself failed. */
  readonly exitCode: number;
  /** The last lines of its output. */
  readonly lines: readonly string[];
}

const POLL_MS = 50;
/** Less than the ten seconds after which the runner kills a serving. */
const STOP_SECONDS = 8;
const STOP_MS = 20_000;
/** The runner keeps no more lines of a launcher's output. */
const LAST_LINES = 6;
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
    `the container of ${title} ended by itself, ${describeExitCode(exitCode)}${output}`,
  );
};

/** Starts the Docker client, which ends with the container. Keeps the last lines that `isKept` accepts. */
const startClient = (args: readonly string[], isKept: (line: string) => boolean) => {
  const client = spawn('docker', [...args], { stdio: ['ignore', 'pipe', 'pipe'] });
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

const start = async (
  options: ContainerOptions,
  work: string,
  stopping: AbortSignal,
  orphaned: AbortSignal,
) => {
  const { serving, image, accelerator, port, grpcPort } = options;
  const platformFolder = platformFolderOf(serving);
  const { manifest, probe, ...models } = await mountedModels(options, platformFolder, work);
  const { title, rest, grpc, statistics, startTimeoutSeconds } = manifest;
  await removeLeftovers();
  const requested = requestedPorts(manifest, { port, grpcPort });
  const chosen = await choosePorts([...requested.values()]);
  const hostPorts = new Map(
    [...requested.keys()].map((containerPort, index) => [containerPort, chosen[index] ?? 0]),
  );
  // With the process id, so that two runs on a machine do not stop each other's containers.
  const name = `serving-compare-${serving.replaceAll('_', '-')}-${process.pid}`;
  const args = dockerArguments(manifest, {
    image,
    accelerator,
    published: { address: LOOPBACK, hostPorts },
    ...models,
    platformFolder,
    name,
    labels: launcherLabels(),
  });
  stopping.throwIfAborted();
  const { lines, ended } = startClient(args, (line) => !isProbeLine(line, probe));
  const ending = new AbortController();
  void ended.then(() => ending.abort());
  const stop = async (): Promise<void> => {
    // Docker does not know a container that is just being created, so this is repeated until the container has ended.
    while (!ending.signal.aborted) {
      const limits = { what: `cannot stop ${name}`, timeoutMs: STOP_MS };
      await (
        orphaned.aborted
          ? docker(['rm', '--force', '--volumes', name], limits)
          : docker(['stop', '--time', String(STOP_SECONDS), name], { ...limits, signal: orphaned })
      ).catch(() => undefined);
      await sleep(POLL_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  };
  let stopped: Promise<void> | undefined;
  stopping.addEventListener('abort', () => (stopped = stop()), { once: true });

  const baseUrlOf = (containerPort: number): string =>
    `http://${LOOPBACK}:${hostPorts.get(containerPort) ?? containerPort}`;
  const { ready, answer } = await withTimeLimit(
    startTimeoutSeconds * 1000,
    AbortSignal.any([stopping, ending.signal]),
    (limited) => awaitReady(baseUrlOf(probe.port), probe, limited),
  );
  try {
    stopping.throwIfAborted();
    if (ending.signal.aborted) throw endProblem(title, await ended);
    if (!ready) {
      throw new NotRunning(
        `${title} was not ready after ${startTimeoutSeconds} s (last answer of ${probe.path}: ${answer}); its last lines:\n${lines.join('\n')}`,
      );
    }
    if (accelerator === 'gpu') await assertGpuUse(name);
  } catch (error) {
    await (stopped ?? stop());
    throw error;
  }
  return {
    line: {
      url: baseUrlOf(rest.port),
      grpcUrl: grpc && baseUrlOf(grpc.port),
      statisticsUrl: statistics && baseUrlOf(statistics.port) + statistics.path,
      serving,
      accelerator,
      container: name,
    },
    ended: ended.then(async (end) => {
      // `docker stop` is a process too, and must end first.
      await stopped;
      return { problem: endProblem(title, end), output: '' };
    }),
  };
};

/**
 * Starts the container of a serving and resolves when its model answers.
 * @param stopping - Stops the container at any time.
 * @param orphaned - Removes the container without waiting for a clean stop.
 * @throws DockerProblem or UsageError if it cannot be started, NotRunning if it ended or was not ready in time, and the reason of
 * `stopping` if it was stopped before.
 */
export const startContainer = async (
  options: ContainerOptions,
  stopping: AbortSignal,
  orphaned: AbortSignal,
) => {
  const work = await mkdtemp(path.join(tmpdir(), 'container-'));
  const remove = (): Promise<void> => rm(work, { recursive: true, force: true });
  try {
    const { line, ended } = await start(options, work, stopping, orphaned);
    return { line, ended: ended.finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
};
