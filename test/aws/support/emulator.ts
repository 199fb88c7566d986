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
 * What a test can switch, at start or later. Lists of instances are selectors separated by commas:
 * tag=value, an instance type, an id, or *. See test/aws/emulator/README.md.
 */
export interface EmulatorSettings {
  /** Each instance is a machine with a systemd of its own. Needs root, overlayfs and cgroup 2. */
  readonly machines?: boolean;
  /** Host folder of programs that come first on the PATH of machines. */
  readonly stubs?: string;
  /** What machines run as node. Default: what runs this process. */
  readonly node?: string;
  /**
   * Each machine can run the host's Docker, with these options of the daemon, and has a disk of its own for it below the folder
   * `disks` of the host.
   */
  readonly docker?: { readonly options: string; readonly disks: string };
  /** Folder of the host that each machine has at /opt/serving-compare, as its own copy. */
  readonly project?: string;
  /** Without machines: Run Command runs in a shell of the host. */
  readonly exec?: boolean;
  /** Variables for every program on an instance. */
  readonly execEnv?: Readonly<Record<string, string>>;
  /** Factor on every time-out of AWS. */
  readonly timeScale?: number;
  /** Seconds after SendCommand in which no invocation is found. */
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
  /** vCPUs by quota code. */
  readonly quotas?: Readonly<Record<string, number>>;
  /** Any text: with another, the newest public images are others. */
  readonly imageRelease?: string;
}

/** A SendCommand that was seen. */
export interface SentCommand {
  readonly document: string;
  readonly instances: readonly string[];
  readonly parameters: Readonly<Record<string, readonly string[]>>;
}

/** How user data went on one instance; exitCode is null until it has ended. */
export interface BootRecord {
  readonly instance: string;
  readonly type: string;
  readonly exitCode: number | null;
  readonly output: string;
}

export interface EmulatedMachine {
  readonly instance: string;
  readonly address: string;
  /** As EC2 shows it: running, stopped, terminated. */
  readonly state: string;
  readonly running: boolean;
  /** Whether Run Command reaches it. */
  readonly online: boolean;
  /** Its systemd, as a process of the host. */
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

/** An emulator in a process of its own. */
export interface Emulator {
  /** For AWS_ENDPOINT_URL. */
  readonly url: string;
  /** The whole environment for processes that talk to it: keys, region, `aws` on the PATH. */
  readonly env: Readonly<Record<string, string>>;
  readonly pid: number;
  readonly set: (settings: EmulatorSettings) => Promise<void>;
  /** Reads a list of the control API, or with a body adds to it (an array replaces it). */
  readonly control: (what: string, body?: unknown) => Promise<unknown>;
  readonly commands: () => Promise<readonly SentCommand[]>;
  readonly boots: () => Promise<readonly BootRecord[]>;
  readonly machines: () => Promise<readonly EmulatedMachine[]>;
  /** The text of a file of a machine; null where there is none. */
  readonly machineFile: (instanceId: string, path: string) => Promise<string | null>;
  /** Runs a shell command on a machine, past the agent. */
  readonly onMachine: (
    instanceId: string,
    command: string,
    timeoutSeconds?: number,
  ) => Promise<CommandResult>;
  /** Cuts a machine's power; EC2 goes on to say that it runs. */
  readonly kill: (instanceId: string) => Promise<void>;
  /** Boots a machine again whose power was cut. */
  readonly revive: (instanceId: string) => Promise<void>;
  /** Runs a program with the emulator's environment; never throws for its exit code. */
  readonly run: (
    command: string,
    args: readonly string[],
    options?: RunOptions,
  ) => Promise<CommandResult>;
  /** Ends the emulator and its machines. */
  readonly stop: () => Promise<void>;
}

const snakeCase = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const asSettings = (settings: EmulatorSettings): Record<string, unknown> =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [snakeCase(name), value]));

/** This process's environment without its own AWS settings, with those of the emulator. */
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

/** Runs a program to its end, within a time limit; the exit code is null where a signal ended it. */
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

/** Waits for the line with the address; throws with what was printed where the process ends first. */
const listening = async (child: ChildProcess, printed: () => string): Promise<string> => {
  if (child.stdout === null) throw new Error('The emulator has no standard output');
  const lines = createInterface(child.stdout);
  const address = new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      const found = /^emulator ready on (\S+)$/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
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

/** Starts an emulator on a free port. Installs its Python environment where it is missing. */
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
    // The emulator ends when this process does, since its standard input closes then.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      printed = (printed + String(text)).slice(-200_000);
    });
  const url = await listening(child, () => printed);
  // A test file that fails before it stops its emulator must still be able to end.
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
