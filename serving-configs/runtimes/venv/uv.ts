import path from 'node:path';
import { runProgram } from '../../models/run-program.ts';
import { environmentAt, withLock } from './environments.ts';
import type { BasePython } from './find-python.ts';

const REQUIREMENTS = path.join(import.meta.dirname, '../images/uv.txt');

/** @throws UsageError with the last words of the program where it fails. */
export const runPython = (
  program: string,
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<string> =>
  runProgram(program, args, 'see its output, then run the same command again', env);

/** Installs packages for a Python; each file is checked against its hash. */
export type Uv = (python: string, args: readonly string[]) => Promise<string>;

/** Settings of pip, and the variables of uv that say the same. */
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

/** The later ones count where a setting stands in several. */
const SECTIONS = ['global', 'install', ':env:'] as const;

const SETTING = /^(global|install|:env:)\.([a-z-]+)=(['"])(.*)\3$/gm;

/**
 * What pip knows of this machine's mirrors, proxies and certificates, as variables of uv, which reads no pip.conf.
 * @param listed - What `pip config list` prints.
 */
export const settingsOfPip = (listed: string): Readonly<Record<string, string>> => {
  const found = [...listed.matchAll(SETTING)].toSorted(
    ([, one], [, other]) =>
      SECTIONS.findIndex((section) => section === one) -
      SECTIONS.findIndex((section) => section === other),
  );
  const variables: Record<string, string> = {};
  for (const [, , setting = '', , value = ''] of found) {
    if (!(setting in VARIABLES)) continue;
    const name = VARIABLES[setting as keyof typeof VARIABLES];
    // Python writes a line's end as two characters.
    const words = value.split(/(?:\\n|\s)+/).filter((word) => word !== '');
    variables[name] = words.join(' ');
  }
  return variables;
};

/**
 * Makes sure that uv is there, in an environment of its own.
 * @throws UsageError where Python or pip fails.
 */
export const installUv = async (cacheFolder: string, base: BasePython): Promise<Uv> => {
  const environment = environmentAt(cacheFolder, 'uv');
  const pip = (...args: readonly string[]): Promise<string> =>
    runPython(environment.python, ['-m', 'pip', '--disable-pip-version-check', ...args]);
  await withLock(environment, async () => {
    await runPython(base.program, ['-m', 'venv', environment.folder]);
    const how = ['--require-hashes', '--no-deps', '--only-binary=:all:', '--no-input', '--quiet'];
    await pip('install', ...how, '--requirement', REQUIREMENTS);
  });
  const env = {
    // As with pip: the best of all indexes, and the certificates of the machine.
    UV_INDEX_STRATEGY: 'unsafe-best-match',
    UV_SYSTEM_CERTS: 'true',
    // What is compiled at the first start would make that one longer than the others.
    UV_COMPILE_BYTECODE: 'true',
    ...settingsOfPip(await pip('config', 'list')),
    ...process.env,
  };
  return (python, args) =>
    runPython(
      path.join(environment.bin, 'uv'),
      ['pip', 'install', '--quiet', '--python', python, '--require-hashes', '--no-deps', ...args],
      env,
    );
};
