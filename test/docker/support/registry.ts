import { once } from 'node:events';
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { choosePorts, LOOPBACK } from '../../../serving-configs/runtimes/ports.ts';
import { findProgram } from './programs.ts';

const START_LIMIT_MS = 120_000;
const POLL_MS = 50;

/** An image registry on loopback, where daemons accept it without TLS. */
export interface Registry {
  /** `127.0.0.1:PORT`, the first part of the names of its images. */
  readonly address: string;
  /** Ends the registry but keeps its images. */
  readonly stop: () => Promise<void>;
}

const configuration = (folder: string, address: string): string => `version: 0.1
log: { level: warn, accesslog: { disabled: true } }
storage: { filesystem: { rootdirectory: ${JSON.stringify(folder)} }, delete: { enabled: true } }
http: { addr: "${address}", secret: of no use with one registry }
`;

const answers = (address: string): Promise<boolean> =>
  fetch(`http://${address}/v2/`).then(
    ({ ok }) => ok,
    () => false,
  );

/**
 * Starts a registry and resolves when it answers.
 * @param images - Folder with its images, which is kept. Layers of replaced images are removed first.
 * @throws Error with its output if it does not answer.
 */
export const startRegistry = async (images: string): Promise<Registry> => {
  const program = findProgram('docker-registry');
  const folder = mkdtempSync(join(tmpdir(), 'registry-'));
  const [port] = await choosePorts([0]);
  const address = `${LOOPBACK}:${port}`;
  const file = join(folder, 'config.yml');
  writeFileSync(file, configuration(images, address));
  // The garbage collector needs these folders, even in an empty registry.
  for (const kind of ['repositories', 'blobs']) {
    mkdirSync(join(images, 'docker/registry/v2', kind), { recursive: true });
  }
  await promisify(execFile)(program, ['garbage-collect', '--delete-untagged', file], {
    maxBuffer: 1 << 26,
  });
  const child = spawn(program, ['serve', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  }
  const endWithUs = (): void => void child.kill();
  process.once('exit', endWithUs);
  const stop = async (): Promise<void> => {
    process.off('exit', endWithUs);
    if (child.exitCode === null && child.kill()) await ended;
    await rm(folder, { recursive: true, force: true });
  };

  const deadline = Date.now() + START_LIMIT_MS;
  while (!(await answers(address))) {
    if (child.exitCode === null && Date.now() < deadline) {
      await sleep(POLL_MS);
      continue;
    }
    await stop();
    throw new Error(`docker-registry did not answer:\n${printed}`);
  }
  return { address, stop };
};
