import { execFile, spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { manifestOf, platformOf } from '../index.ts';
import { dockerArguments } from '../node/docker-arguments.ts';
import { askReady, containerProbe } from '../ready.ts';
import { UsageError } from '../reference/usage-error.ts';
import { choosePorts, LOOPBACK } from '../venv/ports.ts';
import { askedPorts } from './host-ports.ts';
import type { DockerOptions } from './options.ts';

/** A container that was started. */
export interface RunningContainer {
  /** Undefined where it ended, or was stopped, before its model answered. */
  readonly url: string | undefined;
  /** Where the serving speaks gRPC. */
  readonly grpcUrl: string | undefined;
  /** Where the platform tells its times. */
  readonly statisticsUrl: string | undefined;
  /** Of the docker client. */
  readonly pid: number;
  /** Resolves with its exit code, never rejects. */
  readonly ended: Promise<number>;
}

const POLL_MS = 100;
const ASK_MS = 10_000;
/** Nothing that is in flight when a serving is stopped is anybody's. */
const STOP_SECONDS = 10;

const docker = async (...args: readonly string[]): Promise<string> =>
  (await promisify(execFile)('docker', [...args])).stdout;

/** A laptop has none, as a rule, and Docker refuses a container that asks for what is not there. */
const hasGpuRuntime = async (): Promise<boolean> => {
  try {
    return (await docker('info', '--format', '{{json .Runtimes}}')).includes('"nvidia"');
  } catch (error) {
    throw new UsageError(
      `docker does not answer: ${error instanceof Error ? error.message : String(error)}`,
      'install it, start its daemon, and see that this user may use it',
      { cause: error },
    );
  }
};

/**
 * Starts the container of a serving and resolves when its model answers, or it has ended.
 * @param stopping - Stops it, whenever that comes.
 * @throws UsageError where it cannot be started here.
 */
export const startContainer = async (
  { serving, image, modelsFolder, port, grpcPort }: DockerOptions,
  stopping: AbortSignal,
): Promise<RunningContainer> => {
  const manifest = manifestOf(serving);
  const asked = askedPorts(manifest, { port, grpcPort });
  const chosen = await choosePorts([...asked.values()]);
  const hostPorts = new Map([...asked.keys()].map((own, index) => [own, chosen[index] ?? 0]));
  // Of this process alone, so that two runs on a machine do not stop each other's.
  const name = `serving-compare-${serving.replaceAll('_', '-')}-${process.pid}`;
  const args = dockerArguments(manifest, {
    image,
    address: LOOPBACK,
    modelsFolder,
    platformFolder: path.resolve(import.meta.dirname, '..', platformOf(serving)),
    name,
    hostPorts,
    gpus: await hasGpuRuntime(),
  });
  // All that it prints goes to stderr: stdout has the one line of main.ts.
  const client = spawn('docker', [...args], { stdio: ['ignore', 2, 2] });
  const over = new AbortController();
  const ended = new Promise<number>((resolve) => {
    const end = (exitCode: number): void => {
      over.abort();
      resolve(exitCode);
    };
    client.once('error', (error) => {
      process.stderr.write(`error: docker cannot be run: ${error.message}\n`);
      end(1);
    });
    client.once('close', (exitCode) => end(exitCode ?? 1));
  });
  const stop = (): void => {
    // A container that is only just coming up is no container for Docker yet; so it is asked until it has ended.
    void (async () => {
      while (!over.signal.aborted) {
        await docker('stop', '--time', String(STOP_SECONDS), name).catch(() => undefined);
        await sleep(POLL_MS, undefined, { signal: over.signal }).catch(() => undefined);
      }
    })();
  };
  if (stopping.aborted) stop();
  stopping.addEventListener('abort', stop, { once: true });

  const portOf = (own: number): number => hostPorts.get(own) ?? own;
  const probe = containerProbe(serving);
  const base = `http://${LOOPBACK}:${portOf(probe.port)}`;
  const either = AbortSignal.any([stopping, over.signal]);
  const { statistics } = manifest;
  const asks = async (): Promise<boolean> => {
    const limit = AbortSignal.any([either, AbortSignal.timeout(ASK_MS)]);
    return (await askReady(base, probe, limit)).ready;
  };
  let healthy = false;
  while (!either.aborted && !(healthy = await asks())) {
    await sleep(POLL_MS, undefined, { signal: either }).catch(() => undefined);
  }
  return {
    url: healthy ? `http://${LOOPBACK}:${portOf(manifest.rest.port)}` : undefined,
    grpcUrl:
      manifest.grpc === undefined ? undefined : `http://${LOOPBACK}:${portOf(manifest.grpc.port)}`,
    statisticsUrl:
      statistics === undefined
        ? undefined
        : `http://${LOOPBACK}:${portOf(statistics.port)}${statistics.path}`,
    pid: client.pid ?? -1,
    ended,
  };
};
