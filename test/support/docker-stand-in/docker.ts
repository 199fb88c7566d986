/**
 * Stands for Docker on a machine without a GPU: a container is the reference serving on the published ports. The folder
 * DOCKER_STAND_IN holds what it was told, the images that it has and, of each container, the id of its process.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { manifestOf, servingNames } from '../../../serving-configs/index.ts';

const folder = process.env.DOCKER_STAND_IN ?? '/nowhere';
const args = process.argv.slice(2);
const [command = ''] = args;
appendFileSync(join(folder, 'calls'), `${args.join(' ')}\n`);

const pidFile = (name: string): string => join(folder, `${name}.pid`);

const run = (): void => {
  const name = args[args.indexOf('--name') + 1] ?? '';
  const serving = servingNames.find((id) => name.includes(`-${id.replaceAll('_', '-')}-`));
  if (serving === undefined) throw new Error(`no serving is in the name ${name}`);
  const published = new Map(
    args.flatMap((arg) => {
      const [, host, own] = /^127\.0\.0\.1:(\d+):(\d+)\/tcp$/.exec(arg) ?? [];
      return host === undefined ? [] : [[Number(own), host] as const];
    }),
  );
  const { rest, grpc } = manifestOf(serving);
  const ports = ['--port', published.get(rest.port) ?? ''];
  if (grpc !== undefined) ports.push('--grpc-port', published.get(grpc.port) ?? '');
  const main = resolve(import.meta.dirname, '../../../serving-configs/reference/main.ts');
  const child = spawn(
    process.execPath,
    [...process.execArgv, main, '--serving', serving, ...ports],
    {
      stdio: 'inherit',
    },
  );
  writeFileSync(pidFile(name), String(child.pid));
  child.once('close', (exitCode) => {
    rmSync(pidFile(name));
    process.exit(exitCode ?? 1);
  });
};

switch (command) {
  case 'version':
    process.stdout.write('28.0.0\n');
    break;
  case 'info':
    process.stdout.write('{"runc":{"path":"runc"}}\n');
    break;
  case 'image':
    process.exit(readFileSync(join(folder, 'images'), 'utf8').includes(args.at(-1) ?? '') ? 0 : 1);
    break;
  case 'run':
    run();
    break;
  case 'stop':
    process.kill(Number(readFileSync(pidFile(args.at(-1) ?? ''), 'utf8')), 'SIGTERM');
    break;
  default:
    process.exit(1);
}
