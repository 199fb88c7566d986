/**
 * Stands for `serving-configs/runtimes/venv/main.ts`: a launcher that starts the simulated server as a process of its own and
 * says that it listens when that can answer.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isServingName } from '../../../serving-configs/index.ts';
import { stateFolder } from './state.ts';

const { values } = parseArgs({
  options: {
    serving: { type: 'string', default: '' },
    port: { type: 'string', default: '0' },
    'grpc-port': { type: 'string', default: '0' },
    'tensor-model': { type: 'string' },
  },
});
const { serving, 'tensor-model': tensorModel } = values;
if (!isServingName(serving)) throw new Error(`no serving ${serving}`);
const reference = resolve(import.meta.dirname, '../../../serving-configs/reference/main.ts');
const child = spawn(
  process.execPath,
  [
    ...process.execArgv,
    reference,
    '--serving',
    serving,
    '--port',
    values.port,
    '--grpc-port',
    values['grpc-port'],
    '--threads',
    '1',
    ...(tensorModel === undefined ? [] : ['--tensor-model', tensorModel]),
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);

const stop = async (): Promise<void> => {
  child.kill('SIGTERM');
  await once(child, 'close');
  appendFileSync(join(stateFolder, 'stopped'), `${serving}\n`);
  process.exit(0);
};
process.on('SIGTERM', () => void stop());
process.on('disconnect', () => void stop());

const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
const { url, grpcUrl, healthUrl } = JSON.parse(line) as {
  url: string;
  grpcUrl?: string;
  healthUrl: string;
};
const isReady = async (): Promise<boolean> => {
  const response = await fetch(healthUrl).catch(() => undefined);
  return response?.status === 200;
};
while (!(await isReady())) await sleep(20);
const engine = 'ONNX Runtime 9.9.9, 1 thread, 1 at a time';
process.stdout.write(
  `${JSON.stringify({ event: 'listening', url, grpcUrl, serving, engine, pid: process.pid })}\n`,
);
