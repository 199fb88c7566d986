import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { defaultCache, isPackage, projectRoot } from '../../installation.ts';
import { withUnfinishedFolder } from '../../models/built-folder.ts';
import { messageOf, UsageError } from '../../options/usage-error.ts';

type OnnxRuntime = typeof import('onnxruntime-node');

const NAME = 'onnxruntime-node';

/** Without its install script, which fetches parts for GPUs that are not used here. */
const NPM_ARGUMENTS = ['install', '--ignore-scripts', '--no-audit', '--no-fund'] as const;

/** The version that the installed package was tested with. */
const wantedVersion = async (): Promise<string> => {
  const manifest = JSON.parse(await readFile(path.join(projectRoot, 'package.json'), 'utf8')) as {
    readonly peerDependencies: Readonly<Record<string, string>>;
  };
  return manifest.peerDependencies[NAME] ?? 'latest';
};

/** Installs it into the cache, unless it is there, and returns its folder. */
const installed = async (): Promise<string> => {
  const version = await wantedVersion();
  const folder = path.join(defaultCache(), NAME, version);
  if (existsSync(folder)) return folder;
  await withUnfinishedFolder(folder, async (unfinished) => {
    await mkdir(unfinished, { recursive: true });
    await writeFile(path.join(unfinished, 'package.json'), '{}');
    try {
      await promisify(execFile)('npm', [...NPM_ARGUMENTS, `${NAME}@${version}`], {
        cwd: unfinished,
        shell: process.platform === 'win32',
      });
    } catch (error) {
      const command = `npm view ${NAME}@${version} version`;
      throw new UsageError(
        `ONNX Runtime, which computes models, could not be installed: ${messageOf(error)}`,
        `npm must reach its registry once; this shows what is wrong: ${command}`,
        { cause: error },
      );
    }
    // Another process may have been faster.
    if (!existsSync(folder)) await rename(unfinished, folder);
  });
  return folder;
};

/**
 * ONNX Runtime. It is three times as large as all other packages together, so the installed package fetches it when a model is first
 * computed on this machine.
 *
 * @throws UsageError if it is not installed and cannot be.
 */
export const importOnnxRuntime = async (): Promise<OnnxRuntime> => {
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    if (!isPackage || (error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
  }
  const load = createRequire(path.join(await installed(), 'package.json'));
  return load(NAME) as OnnxRuntime;
};
