import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { portsOf } from '../../index.ts';
import type { ServingManifest } from '../../manifest.ts';
import { dockerArguments } from './docker-arguments.ts';
import { NotRunning } from '../run-serving.ts';
import { awaitReady, isProbeLine } from '../ready.ts';
import { platformFolderOf } from '../platform-folder.ts';
import { choosePorts, LOOPBACK } from '../ports.ts';
import { docker, problemFrom, tellLines } from './docker.ts';
import { assertGpuUse } from './gpu-use.ts';
import { launcherLabels, removeLeftovers } from './leftovers.ts';
import { mountedModels } from './mounted-models.ts';
import type { ContainerOptions } from './options.ts';

/**
 * Which port of this machine is asked for each port of a container, 0 for any free one: clients choose those of REST and
 * gRPC, not those of health and metrics. Where one port serves both protocols, both get the one of REST.
 */
const askedPorts = (
  manifest: ServingManifest,
  { port, grpcPort }: { readonly port: number; readonly grpcPort: number },
): ReadonlyMap<number, number> =>
  new Map(
    portsOf(manifest).map((own) => {
      if (own === manifest.rest.port) return [own, port];
      return [own, own === manifest.grpc?.port ? grpcPort : 0];
    }),
  );

interface ContainerEnd {
  /** Of the server in it, or 125 where Docker itself failed. */
  readonly exitCode: number;
  /** The last lines that it printed. */
  readonly lines: readonly string[];
}

const POLL_MS = 50;
/** Less than the ten seconds in which a serving must be gone, since what is left is then killed. */
const STOP_SECONDS = 8;
const STOP_MS = 20_000;
/** As many as fit into the last words that the runner keeps of its launcher. */
const LAST_LINES = 6;
/** With this code the client of Docker ends where the container is not at fault. */
const DOCKER_FAILED = 125;
const KILLED = 137;

const how = (exitCode: number): string =>
  exitCode === KILLED
    ? 'exit code 137: it was killed, because memory ran out or by docker kill'
    : `exit code ${exitCode}`;

/** The error for a container that ended by itself. */
const endProblem = (title: string, { exitCode, lines }: ContainerEnd): Error => {
  if (exitCode === DOCKER_FAILED) return problemFrom(`the container of ${title} ended`, lines);
  const words = lines.length === 0 ? '' : `; its last lines:\n${lines.join('\n')}`;
  return new NotRunning(`the container of ${title} ended by itself, ${how(exitCode)}${words}`);
};

/** Runs the client of Docker, which ends with the container. */
const startClient = (args: readonly string[], keeps: (line: string) => boolean) => {
  const client = spawn('docker', [...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  for (const printed of [client.stdout, client.stderr]) {
    tellLines(printed, (line) => {
      if (!keeps(line)) return;
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
  makeFolder: () => Promise<string>,
  stopping: AbortSignal,
  orphaned: AbortSignal,
) => {
  const { serving, image, accelerator, port, grpcPort } = options;
  const platformFolder = platformFolderOf(serving);
  const { manifest, probe, ...models } = await mountedModels(options, platformFolder, makeFolder);
  const { title, rest, grpc, statistics, startTimeoutSeconds } = manifest;
  await removeLeftovers();
  const asked = askedPorts(manifest, { port, grpcPort });
  const chosen = await choosePorts([...asked.values()]);
  const hostPorts = new Map([...asked.keys()].map((own, index) => [own, chosen[index] ?? 0]));
  // Of this process alone, so that two runs on a machine do not stop each other's.
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
  const over = new AbortController();
  void ended.then(() => over.abort());
  const stop = async (): Promise<void> => {
    // Docker does not know a container that is only just coming up, so it is asked until the container has ended.
    while (!over.signal.aborted) {
      const limits = { what: `cannot stop ${name}`, timeoutMs: STOP_MS };
      await (
        orphaned.aborted
          ? docker(['rm', '--force', '--volumes', name], limits)
          : docker(['stop', '--time', String(STOP_SECONDS), name], { ...limits, signal: orphaned })
      ).catch(() => undefined);
      await sleep(POLL_MS, undefined, { signal: over.signal }).catch(() => undefined);
    }
  };
  let stopped: Promise<void> | undefined;
  stopping.addEventListener('abort', () => (stopped = stop()), { once: true });

  const baseOf = (own: number): string => `http://${LOOPBACK}:${hostPorts.get(own) ?? own}`;
  const limit = AbortSignal.timeout(startTimeoutSeconds * 1000);
  const either = AbortSignal.any([stopping, over.signal, limit]);
  const { says } = await awaitReady(baseOf(probe.port), probe, either);
  try {
    stopping.throwIfAborted();
    if (over.signal.aborted) throw endProblem(title, await ended);
    if (limit.aborted) {
      throw new NotRunning(
        `${title} was not ready after ${startTimeoutSeconds} s (${probe.path} said: ${says}); its last lines:\n${lines.join('\n')}`,
      );
    }
    if (accelerator === 'gpu') await assertGpuUse(name);
  } catch (error) {
    await (stopped ?? stop());
    throw error;
  }
  return {
    line: {
      url: baseOf(rest.port),
      grpcUrl: grpc && baseOf(grpc.port),
      statisticsUrl: statistics && baseOf(statistics.port) + statistics.path,
      serving,
      accelerator,
      container: name,
    },
    ended: ended.then(async (end) => {
      // What stops it is a process, too.
      await stopped;
      return { problem: endProblem(title, end), words: '' };
    }),
  };
};

/**
 * Starts the container of a serving and resolves when its model answers.
 * @param stopping - Stops it, whenever that comes.
 * @param orphaned - Removes it without waiting for its end.
 * @throws DockerProblem or UsageError where it cannot be started here, NotRunning where it ended; the signal's reason where it
 * was stopped before.
 */
export const startContainer = async (
  options: ContainerOptions,
  stopping: AbortSignal,
  orphaned: AbortSignal,
) => {
  let work: string | undefined;
  const makeFolder = async (): Promise<string> => {
    work = await mkdtemp(path.join(tmpdir(), 'container-'));
    return work;
  };
  const remove = async (): Promise<void> => {
    if (work !== undefined) await rm(work, { recursive: true, force: true });
  };
  try {
    const { line, ended } = await start(options, makeFolder, stopping, orphaned);
    return { line, ended: ended.finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
};
