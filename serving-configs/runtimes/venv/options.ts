import path from 'node:path';
import { readProgram } from '../../options/program.ts';
import { choice, file, integer, list, text } from '../../options/kinds.ts';
import { cacheOption, portsOf, servingKind, servingOptions } from '../../reference/options.ts';
import { VENV_ENGINES } from '../served-model.ts';

const mainCommand = {
  name: 'main.ts',
  description: 'Runs the platform of one serving from packages on loopback until SIGTERM.',
  options: {
    ...servingOptions,
    engine: {
      kind: choice('engine', VENV_ENGINES),
      description: 'onnx computes, noop answers at once',
      default: 'onnx',
    },
    'tensor-model': {
      kind: file('FILE.json'),
      description: "the user's model that FILE.json describes, instead of the default model",
      conflicts: ['model'],
    },
    threads: { kind: integer(1, 1024), description: 'for one computation', default: 1 },
    cache: cacheOption,
  },
} as const;

const setupCommand = {
  name: 'setup.ts',
  description: 'Installs the packages of servings into virtual environments.',
  options: {
    servings: {
      kind: list(servingKind),
      description: 'the servings to install',
      defaultText: 'all that can run from packages',
    },
    without: {
      kind: list(text('ENVIRONMENT', 'the name of an environment')),
      description: 'environments to leave out, with all their servings',
      default: [],
    },
    cache: cacheOption,
  },
} as const;

/**
 * Reads the command line of main.ts.
 * @throws UsageError if it is not valid.
 */
export const readMainOptions = (args: readonly string[]) => {
  const values = readProgram(mainCommand, args);
  const { serving, engine, threads, model, 'tensor-model': tensorModel, cache } = values;
  return {
    serving,
    ...portsOf(values),
    engine,
    modelFile: model === undefined ? undefined : path.resolve(model),
    tensorModelFile: tensorModel === undefined ? undefined : path.resolve(tensorModel),
    threads,
    cacheFolder: path.resolve(cache),
  };
};
export type MainOptions = ReturnType<typeof readMainOptions>;

/**
 * Reads the command line of setup.ts.
 * @throws UsageError if it is not valid.
 */
export const readSetupOptions = (args: readonly string[]) => {
  const { servings, without, cache } = readProgram(setupCommand, args);
  return { servings, without, cacheFolder: path.resolve(cache) };
};
