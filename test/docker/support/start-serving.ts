import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  manifestOf,
  platformOf,
  portsOf,
  type ServingName,
} from '../../../serving-configs/index.ts';
import type { ServingUrls } from '../../../serving-configs/manifest.ts';
import { dockerArguments } from '../../../serving-configs/node/docker-arguments.ts';
import { askReady, containerProbe } from '../../../serving-configs/ready.ts';
import { choosePorts, LOOPBACK } from '../../../serving-configs/venv/ports.ts';
import { findProgram } from './programs.ts';

const READY_LIMIT_MS = 180_000;
const POLL_MS = 100;
const SERVING_CONFIGS = join(import.meta.dirname, '../../../serving-configs');

/** A serving in its container. */
export interface ContainedServing {
  readonly urls: ServingUrls;
  readonly readySeconds: number;
  /** What it printed. */
  readonly log: () => string;
  readonly stop: () => Promise<{ readonly exitCode: number | null; readonly seconds: number }>;
}

/** A limit that not every machine lets a container have. */
const withoutLimit = (args: readonly string[]): readonly string[] => {
  const at = args.indexOf('--ulimit');
  return at === -1 ? args : args.toSpliced(at, 2);
};

/**
 * Runs the container of a serving with the arguments of a deployment, without a GPU, and resolves when its model answers.
 * @throws Error with what it printed where it ends before, or does not answer.
 */
export const startServing = async (
  serving: ServingName,
  image: string,
  modelsFolder: string,
): Promise<ContainedServing> => {
  const manifest = manifestOf(serving);
  const ports = portsOf(manifest);
  const chosen = await choosePorts(ports.map(() => 0));
  const hostPorts = new Map(ports.map((port, index) => [port, chosen[index] ?? 0]));
  const urlOf = (port: number): string => `http://${LOOPBACK}:${hostPorts.get(port)}`;
  const name = `serving-compare-${serving.replaceAll('_', '-')}-${process.pid}`;
  const args = dockerArguments(manifest, {
    image,
    address: LOOPBACK,
    modelsFolder,
    platformFolder: join(SERVING_CONFIGS, platformOf(serving)),
    name,
    hostPorts,
    gpus: false,
  });
  const start = performance.now();
  const client = spawn(findProgram('docker'), [...withoutLimit(args)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(client, 'close') as Promise<[number | null]>;
  let printed = '';
  for (const stream of [client.stdout, client.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  }
  const stop: ContainedServing['stop'] = async () => {
    const stopping = performance.now();
    await promisify(execFile)(findProgram('docker'), ['stop', '--time', '10', name]).catch(
      () => undefined,
    );
    const [exitCode] = await ended;
    return { exitCode, seconds: (performance.now() - stopping) / 1000 };
  };
  const probe = containerProbe(serving);
  const limit = AbortSignal.timeout(READY_LIMIT_MS);
  while (!(await askReady(urlOf(probe.port), probe, limit)).ready) {
    if (client.exitCode !== null || limit.aborted) {
      await stop();
      throw new Error(`the container of ${serving} did not answer:\n${printed.slice(-5_000)}`);
    }
    await sleep(POLL_MS);
  }
  const { rest, grpc } = manifest;
  return {
    urls: {
      rest: urlOf(rest.port),
      ...(grpc === undefined ? {} : { grpc: urlOf(grpc.port) }),
    },
    readySeconds: (performance.now() - start) / 1000,
    log: () => printed,
    stop,
  };
};
