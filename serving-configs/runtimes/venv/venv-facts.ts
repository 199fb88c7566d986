/**
 * How a platform runs from packages, with no container: pure data, the default export of its `venv.ts`.
 *
 * Texts may hold placeholders, such as `{restPort}` or `{port:NAME}` of {@link VenvFacts.ports}; `start-platform.ts` lists them.
 */

import type { ReadyProbe } from '../../manifest.ts';

/** What a platform needs of the machine that no Python package brings. */
export type MachineTool = 'java' | 'c++';

/** What tells that the model answers. */
export interface VenvProbe extends Omit<ReadyProbe, 'port'> {
  /** `rest`, or the name of one of the {@link VenvFacts.ports}. */
  readonly port: string;
}

export interface VenvFacts {
  /**
   * Its packages: `<environment>.txt` beside this file where platforms share it, else the folder of the platform, whose
   * `venv/requirements.txt` has them.
   */
  readonly environment: string;
  readonly needs?: readonly MachineTool[];
  /** The software as people name it. The version is that of the package in the environment, where no other is given. */
  readonly software: { readonly name: string; readonly package: string; readonly version?: string };
  /** False where a program of ours stands for the platform, which `note` explains. */
  readonly real: boolean;
  /** What a reader of results must know. */
  readonly note?: string;
  /** Why it serves no user's model; absent where it does, if its protocol takes one. */
  readonly noUsersModel?: string;
  /**
   * Files to write into the run's folder, by their path in it, from files in the folder `venv` beside `venv.ts`;
   * placeholders are filled in, in both.
   */
  readonly files?: Readonly<Record<string, string>>;
  readonly command: readonly [string, ...(readonly string[])];
  /** Variables of the process. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Ports of its own beside those of REST and gRPC, by name. */
  readonly ports?: readonly string[];
  readonly ready: VenvProbe;
  readonly stop: {
    /** Who gets SIGTERM: the process that was started, or its whole group where that process does not pass it on. */
    readonly signal: 'process' | 'group';
    /** What is left after this time is killed. */
    readonly graceSeconds: number;
  };
  /** Files and empty folders that it leaves outside the run's folder if it is killed, as patterns of glob; new ones are removed at its end. */
  readonly leaves?: readonly string[];
  /** What the engine `noop` takes beside what is above; every platform has that engine. */
  readonly noopEngine?: { readonly needs?: readonly MachineTool[] };
}

/** Why a serving cannot run from packages. */
export interface NotInPackages {
  readonly impossible: string;
}

/** By the id of the serving. */
export type PlatformVenv = Readonly<Record<string, VenvFacts | NotInPackages>>;
