import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { emulatorPython } from './emulator-python.ts';

const START_LIMIT_MS = 60_000;
const ROOT = join(import.meta.dirname, '../../..');

/**
 * Settings that a test can change at the start or later. Lists of instances are selectors separated by commas: tag=value, an
 * instance type, an id, or *. See test/aws/emulator/README.md.
 */
export interface EmulatorSettings {
  /** Makes each instance a machine with its own systemd. Needs root, overlayfs and cgroup 2. */
  readonly machines?: boolean;
  /** Host folder with programs that come first on the PATH of machines. */
  readonly stubs?: string;
  /** The Node.js of machines; by default the one of this process. */
  readonly node?: string;
  /**
   * Lets machines run the host's Docker with these daemon options. Each machine gets its own disk for it below the host folder
   * `disks`.
   */
  readonly docker?: { readonly options: string; readonly disks: string };
  /** Host folder of which each machine has its own copy at /opt/serving-compare. */
  readonly project?: string;
  /** Without machines: Run Command uses a shell of the host. */
  readonly exec?: boolean;
  /** Variables for every program on an instance. */
  readonly execEnv?: Readonly<Record<string, string>>;
  /** Factor on all time-outs of AWS. */
  readonly timeScale?: number;
  /** Seconds after SendCommand during which the invocation does not exist yet. */
  readonly lag?: number;
  readonly agentOffline?: string;
  readonly agentLost?: string;
  readonly hang?: string;
  /** `type[/spot]@zone[:times]`, separated by commas. */
  readonly capacity?: string;
  /** `type@zone`, separated by commas. */
  readonly unoffered?: string;
  /** `service:Action[:times]`, separated by commas. */
  readonly throttle?: string;
  readonly deny?: string;
  /** Requests whose credentials have expired. */
  readonly expired?: string;
  /** The kind of policy that a denial blames: `service control policy`. */
  readonly deniedBy?: string;
  /** By quota code. */
  readonly quotas?: Readonly<Record<string, number>>;
  /** Any text; a different one gives different newest public images. */
  readonly imageRelease?: string;
  /** Size of the root disk of the public images. */
  readonly rootGib?: number;
}

/** A SendCommand that the emulator received. */
export interface SentCommand {
  readonly document: string;
  readonly instances: readonly string[];
  readonly parameters: Readonly<Record<string, readonly string[]>>;
}

/** The user data of an instance. */
export interface BootRecord {
  readonly instance: string;
  readonly type: string;
  /** Null until it has ended. */
  readonly exitCode: number | null;
  readonly output: string;
}

export interface EmulatedMachine {
  readonly instance: string;
  readonly address: string;
  /** The EC2 state: running, stopped, terminated. */
  readonly state: string;
  readonly running: boolean;
  /** Whether Run Command reaches it. */
  readonly online: boolean;
  /** Process id of its systemd on the host. */
  readonly pid: number | null;
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** An emulator in its own process. */
export interface Emulator {
  /** The value of AWS_ENDPOINT_URL. */
  readonly url: string;
  /** The environment for processes that use it: credentials, region, and `aws` on the PATH. */
  readonly env: Readonly<Record<string, string>>;
  readonly pid: number;
  readonly set: (settings: EmulatorSettings) => Promise<void>;
  /** Reads a list of the control API; with a body, adds to the list, or replaces it if the body is an array. */
  readonly control: (what: string, body?: unknown) => Promise<unknown>;
  readonly commands: () => Promise<readonly SentCommand[]>;
  readonly boots: () => Promise<readonly BootRecord[]>;
  readonly machines: () => Promise<readonly EmulatedMachine[]>;
  /** Reads a file of a machine; null if it does not exist. */
  readonly machineFile: (instanceId: string, path: string) => Promise<string | null>;
  /** Runs a shell command on a machine, without the SSM agent. */
  readonly onMachine: (
    instanceId: string,
    command: string,
    timeoutSeconds?: number,
  ) => Promise<CommandResult>;
  /** Cuts the power of a machine; EC2 still reports that it runs. */
  readonly kill: (instanceId: string) => Promise<void>;
  /** Boots a machine whose power was cut. */
  readonly revive: (instanceId: string) => Promise<void>;
  /** Runs a program with the emulator's environment; does not throw if it fails. */
  readonly run: (
    command: string,
    args: readonly string[],
    options?: RunOptions,
  ) => Promise<CommandResult>;
  /** Stops the emulator and its machines. */
  readonly stop: () => Promise<void>;
}

const snakeCase = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const asSettings = (settings: EmulatorSettings): Record<string, unknown> =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [snakeCase(name), value]));

/** The environment of this process, with AWS settings for the emulator. */
const environment = (url: string, cliFolder: string): Record<string, string> => {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('AWS_'),
  );
  return {
    ...Object.fromEntries(inherited),
    PATH: `${cliFolder}${delimiter}${process.env['PATH'] ?? ''}`,
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'testing',
    AWS_SECRET_ACCESS_KEY: 'testing',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    NO_PROXY: 'localhost,127.0.0.1',
    no_proxy: 'localhost,127.0.0.1',
    NO_COLOR: '1',
  };
};

/** Runs a program to its end, within a time limit. The exit code is null if a signal ended it. */
export const runProgram = (
  command: string,
  args: readonly string[],
  options: RunOptions & { readonly env: Readonly<Record<string, string>> },
): Promise<CommandResult> =>
  new Promise((resolve, reject) => {
    const { cwd = ROOT, env, timeoutMs = 120_000 } = options;
    const limits = { timeout: timeoutMs, maxBuffer: 1 << 26 };
    execFile(command, [...args], { cwd, env, ...limits }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code === 'string' && error.code.startsWith('E'))
        reject(error);
      else resolve({ code: error === null ? 0 : exitCodeOf(error.code), stdout, stderr });
    });
  });

const exitCodeOf = (code: unknown): number | null => (typeof code === 'number' ? code : null);

/** Waits for the address that the emulator prints; throws with its output if it ends or takes too long. */
const untilListening = async (child: ChildProcess, printed: () => string): Promise<string> => {
  if (child.stdout === null) throw new Error('The emulator has no standard output');
  const lines = createInterface(child.stdout);
  const address = new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      const url = /^emulator ready on (\S+)$/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`The AWS emulator did not start:\n${printed()}`);
  });
  const late = sleep(START_LIMIT_MS, undefined, { ref: false }).then(() => {
    throw new Error(`The AWS emulator was not ready within ${START_LIMIT_MS} ms:\n${printed()}`);
  });
  ended.catch(() => {});
  late.catch(() => {});
  return Promise.race([address, ended, late]);
};

/** Starts an emulator on a free port. Installs its Python environment if it is missing. */
export const startEmulator = async (settings: EmulatorSettings = {}): Promise<Emulator> => {
  const { python, cliFolder, bytecodeFolder } = await emulatorPython();
  const { PYTHONDONTWRITEBYTECODE: _, ...inherited } = process.env;
  const child = spawn(python, ['-m', 'emulator', '--port', '0', '--end-with-stdin'], {
    cwd: join(ROOT, 'test/aws'),
    env: {
      ...inherited,
      PYTHONPYCACHEPREFIX: bytecodeFolder,
      EMU_MACHINES: settings.machines === true ? '1' : '',
    },
    // The emulator ends when its standard input closes, so it never outlives this process.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      printed = (printed + String(text)).slice(-200_000);
    });
  const url = await untilListening(child, () => printed);
  // Lets Jest end even if a test file fails before it stops its emulator.
  child.unref();
  for (const stream of child.stdio) if (stream instanceof Socket) stream.unref();
  const env = environment(url, cliFolder);

  const request = async (path: string, body?: unknown): Promise<unknown> => {
    const post = { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${url}/emu-api/${path}`, body === undefined ? {} : post);
    const text = await response.text();
    if (!response.ok) throw new Error(`/emu-api/${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as unknown;
  };
  const onMachine: Emulator['onMachine'] = async (instance, command, timeout = 30) =>
    (await request('run', { instance, command, timeout })) as CommandResult;

  const emulator: Emulator = {
    url,
    env,
    pid: child.pid ?? 0,
    set: async (changes) => {
      await request('settings', asSettings(changes));
    },
    control: request,
    commands: async () => (await request('log')) as readonly SentCommand[],
    boots: async () => (await request('boot')) as readonly BootRecord[],
    machines: async () => (await request('machines')) as readonly EmulatedMachine[],
    machineFile: async (instance, path) => {
      const query = new URLSearchParams({ instance, path });
      return (await request(`file?${query.toString()}`)) as string | null;
    },
    onMachine,
    kill: async (instance) => {
      await request('kill', { instance });
    },
    revive: async (instance) => {
      await request('revive', { instance });
    },
    run: (command, args, options = {}) =>
      runProgram(command, args, { ...options, env: { ...env, ...options.env } }),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.ref();
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
  try {
    await emulator.set({ node: process.execPath, ...settings });
  } catch (cause) {
    await emulator.stop();
    throw cause;
  }
  return emulator;
};
