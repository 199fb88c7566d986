import { RunInstancesCommand } from '@aws-sdk/client-ec2';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAws } from '../../../lib/bench/aws/clients.ts';
import { startEmulator, type CommandResult, type Emulator } from './emulator.ts';
import { STUBS } from './operator.ts';
import { readUntil } from '../../support/read-until.ts';

export const COMMANDS = '/opt/serving-compare/lib/aws/node/commands';
const PROJECT = new URL('../../..', import.meta.url).pathname;

/** A machine with this project at /opt/serving-compare, on which no user data has run. */
export interface MachineNode {
  readonly id: string;
  /** Runs a shell command with variables, as the SSM agent runs a script. */
  readonly run: (
    command: string,
    variables?: Readonly<Record<string, string>>,
    timeoutSeconds?: number,
  ) => Promise<CommandResult>;
  readonly write: (file: string, text: string, mode?: string) => Promise<void>;
  /** Reads a file; empty if it does not exist. */
  readonly read: (file: string) => Promise<string>;
  readonly exists: (file: string) => Promise<boolean>;
  readonly isRunning: () => Promise<boolean>;
  readonly cutPowerAndBoot: () => Promise<void>;
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Starts an emulator whose machines have this project. */
export const startMachines = (): Promise<Emulator> =>
  startEmulator({ machines: true, stubs: STUBS, project: PROJECT });

/**
 * Boots a machine and writes files to it.
 *
 * @param files contents by path
 */
export const bootNode = async (
  emulator: Emulator,
  files: Readonly<Record<string, string>>,
): Promise<MachineNode> => {
  Object.assign(process.env, emulator.env);
  const aws = createAws('us-east-1');
  const { Instances } = await aws.ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-12c6146b',
      InstanceType: 'g4dn.xlarge',
      MinCount: 1,
      MaxCount: 1,
      InstanceInitiatedShutdownBehavior: 'terminate',
    }),
  );
  aws.close();
  const id = Instances?.[0]?.InstanceId ?? '';
  const untilOnline = async (): Promise<void> => {
    await readUntil(
      async () => (await emulator.machines()).find(({ instance }) => instance === id),
      (machine) => machine?.online === true,
      // A boot takes five seconds; beside other tests, more than a minute was seen.
      300_000,
      100,
    );
  };
  const run: MachineNode['run'] = (command, variables = {}, timeoutSeconds = 60) => {
    const exports = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}`);
    return emulator.onMachine(
      id,
      `${exports.length === 0 ? '' : `export ${exports.join(' ')}; `}${command}`,
      timeoutSeconds,
    );
  };
  const write: MachineNode['write'] = async (file, text, mode = '644') => {
    const base64 = Buffer.from(text).toString('base64');
    const { code, stderr } = await run(
      `mkdir -p "$(dirname ${file})" && echo ${base64} | base64 -d >${file} && chmod ${mode} ${file}`,
    );
    if (code !== 0) throw new Error(stderr);
  };
  await untilOnline();
  for (const [file, text] of Object.entries(files)) await write(file, text);
  return {
    id,
    run,
    write,
    read: async (file) => (await emulator.machineFile(id, file)) ?? '',
    exists: async (file) => (await emulator.machineFile(id, file)) !== null,
    isRunning: async () =>
      (await emulator.machines()).some(({ instance, running }) => instance === id && running),
    cutPowerAndBoot: async () => {
      await emulator.kill(id);
      await sleep(200);
      await emulator.revive(id);
      await untilOnline();
    },
  };
};
