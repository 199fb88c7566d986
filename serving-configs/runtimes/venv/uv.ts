import path from 'node:path';
import { runProgram } from '../../models/run-program.ts';
import { environmentAt, withLock } from './environments.ts';
import type { BasePython } from './find-python.ts';

const REQUIREMENTS = path.join(import.meta.dirname, '../images/uv.txt');

/** @throws UsageError with the last lines of the program if it fails; the reason of the signal if that was aborted. */
export const runPython = (
  program: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
  options: Pick<Parameters<typeof runProgram>[2], 'env' | 'onLine'> = {},
): Promise<string> =>
  runProgram(program, args, {
    hint: 'see its output, then run the same command again',
    signal,
    ...options,
  });

/** Runs `uv pip install` for a Python; each file is checked against its hash. */
export type Uv = (
  python: string,
  args: readonly string[],
  onLine: (line: string) => void,
) => Promise<string>;

/** uv's environment variables by the setting of pip with the same meaning. */
const VARIABLES = {
  'index-url': 'UV_DEFAULT_INDEX',
  'extra-index-url': 'UV_INDEX',
  'trusted-host': 'UV_INSECURE_HOST',
  cert: 'SSL_CERT_FILE',
  'client-cert': 'SSL_CLIENT_CERT',
  proxy: 'ALL_PROXY',
  timeout: 'UV_HTTP_TIMEOUT',
  'default-timeout': 'UV_HTTP_TIMEOUT',
} as const;

/** Sections of pip's configuration; a later section overrides an earlier one. */
const SECTIONS = ['global', 'install', ':env:'] as const;

const sectionIndex = (name = ''): number => SECTIONS.findIndex((section) => section === name);

const SETTING = /^(global|install|:env:)\.([a-z-]+)=(['"])(.*)\3$/gm;

/**
 * Translates pip's settings for mirrors, proxies and certificates into variables of uv, which does not read pip.conf.
 * @param configList - The output of `pip config list`.
 */
export const settingsOfPip = (configList: string): Readonly<Record<string, string>> => {
  const settings = [...configList.matchAll(SETTING)].toSorted(
    ([, a], [, b]) => sectionIndex(a) - sectionIndex(b),
  );
  const variables: Record<string, string> = {};
  for (const [, , setting = '', , value = ''] of settings) {
    if (!(setting in VARIABLES)) continue;
    const name = VARIABLES[setting as keyof typeof VARIABLES];
    // pip prints a line break as the two characters \n.
    const words = value.split(/(?:\\n|\s)+/).filter((word) => word !== '');
    variables[name] = words.join(' ');
  }
  return variables;
};

/**
 * Installs uv into its own environment with pip.
 * @throws UsageError if Python or pip fails.
 */
export const installUv = async (
  cacheFolder: string,
  base: BasePython,
  signal?: AbortSignal,
): Promise<Uv> => {
  const environment = environmentAt(cacheFolder, 'uv');
  const pip = (...args: readonly string[]): Promise<string> =>
    runPython(environment.python, ['-m', 'pip', '--disable-pip-version-check', ...args], signal);
  await withLock(
    environment,
    async () => {
      await runPython(base.program, ['-m', 'venv', environment.folder], signal);
      const flags = [
        '--require-hashes',
        '--no-deps',
        '--only-binary=:all:',
        '--no-input',
        '--quiet',
      ];
      await pip('install', ...flags, '--requirement', REQUIREMENTS);
    },
    undefined,
    signal,
  );
  const env = {
    // Like pip, use the best match of all indexes and the certificates of the system.
    UV_INDEX_STRATEGY: 'unsafe-best-match',
    UV_SYSTEM_CERTS: 'true',
    // Otherwise Python would compile files at the first start, which would take longer than the others.
    UV_COMPILE_BYTECODE: 'true',
    ...settingsOfPip(await pip('config', 'list')),
    ...process.env,
  };
  return (python, args, onLine) =>
    runPython(
      path.join(environment.bin, 'uv'),
      ['pip', 'install', '--python', python, '--require-hashes', '--no-deps', ...args],
      signal,
      { env, onLine },
    );
};
