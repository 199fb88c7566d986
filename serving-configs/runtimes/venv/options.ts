import path from 'node:path';
import type { ServingName } from '../../index.ts';
import { readProgram } from '../../options/program.ts';
import { choice, integer, list, text } from '../../options/kinds.ts';
import { cacheOption, portsOf, servingKind, servingOptions } from '../../reference/options.ts';
import { VENV_ENGINES, type VenvEngine } from './served-model.ts';

export const mainCommand = {
  name: 'main.ts',
  description: 'Runs the platform of one serving from its packages, on loopback, until SIGTERM.',
  options: {
    ...servingOptions,
    engine: {
      kind: choice('engine', VENV_ENGINES),
      description: 'onnx computes, null answers at once',
      default: 'onnx',
    },
    threads: { kind: integer(1, 1024), description: 'for one computation', default: 1 },
    cache: cacheOption,
  },
} as const;

export const setupCommand = {
  name: 'setup.ts',
  description: "Installs the packages of the servings' platforms into environments of their own.",
  options: {
    servings: {
      kind: list(servingKind),
      description: 'of these only',
      defaultText: 'all that can run from packages',
    },
    without: {
      kind: list(text('ENVIRONMENT', 'the name of an environment')),
      description: 'but not these environments, and so none of the servings in them',
      default: [],
    },
    cache: cacheOption,
  },
} as const;

const listCommand = {
  name: 'list.ts',
  description: 'Prints which servings can run from packages on this machine.',
  options: { cache: cacheOption },
} as const;

export interface MainOptions {
  readonly serving: ServingName;
  /** 0: any free one. */
  readonly port: number;
  /** Of gRPC, where the serving speaks it. */
  readonly grpcPort: number;
  readonly engine: VenvEngine;
  readonly modelFile?: string;
  readonly threads: number;
  readonly cacheFolder: string;
}

/**
 * Reads the command line of main.ts.
 * @throws UsageError where it cannot run like that.
 */
export const readMainOptions = (args: readonly string[]): MainOptions => {
  const values = readProgram(mainCommand, args);
  const { serving, engine, threads, model, cache } = values;
  return {
    serving,
    ...portsOf(values),
    engine,
    ...(model === undefined ? {} : { modelFile: path.resolve(model) }),
    threads,
    cacheFolder: path.resolve(cache),
  };
};

export interface SetupOptions {
  /** Undefined: all. */
  readonly servings: readonly ServingName[] | undefined;
  /** Environments that are not installed. */
  readonly without: readonly string[];
  readonly cacheFolder: string;
}

/**
 * Reads the command line of setup.ts.
 * @throws UsageError where it cannot run like that.
 */
export const readSetupOptions = (args: readonly string[]): SetupOptions => {
  const values = readProgram(setupCommand, args);
  const { servings, without, cache } = values;
  return { servings, without, cacheFolder: path.resolve(cache) };
};

/**
 * Reads the command line of list.ts.
 * @throws UsageError where it cannot run like that.
 */
export const readListOptions = (args: readonly string[]): { readonly cacheFolder: string } => ({
  cacheFolder: path.resolve(readProgram(listCommand, args).cache),
});
