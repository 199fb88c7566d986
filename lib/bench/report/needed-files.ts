import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  ownManifestOf,
  platformOf,
  servingNames,
  type ServingName,
} from '../../../serving-configs/index.ts';
import { modelConfig } from '../../../serving-configs/models/build/model-config.ts';

const ROOT = path.resolve(import.meta.dirname, '../../../serving-configs');
/** What decodes images and computes: one for all platforms that leave that to an application. */
const SHARED = 'runtimes/venv/python/';
/** Made by a program from another file. */
const isMade = (file: string): boolean => file.endsWith('go.sum');

const filesIn = (folder: string, takes: RegExp): readonly string[] =>
  existsSync(path.join(ROOT, folder))
    ? readdirSync(path.join(ROOT, folder), { withFileTypes: true })
        .filter((entry) => entry.isFile() && takes.test(entry.name))
        .map(({ name }) => path.posix.join(folder, name))
    : [];

/** The files of the project that go into the container of a serving, by their paths below `serving-configs/`. */
const projectFiles = (serving: ServingName): readonly string[] => {
  const { image, models, config = {} } = ownManifestOf(serving).container;
  const home = path.posix.join('platforms', platformOf(serving));
  const named = [...Object.keys(config), ...Object.values(models.packed?.files ?? {})];
  const files = [
    ...named.map((file) => path.posix.join(home, file)),
    ...filesIn(path.posix.join(home, 'container'), /./),
  ];
  if ('official' in image) return files;
  const base = servingNames.find((one) => one === image.builtOn?.serving);
  const application =
    base === undefined
      ? filesIn(path.posix.join(home, 'venv'), /\.py$|^requirements\.in$/)
      : projectFiles(base);
  return [image.dockerfile, ...files, ...application];
};

/** How much somebody must write. */
export interface NeededFiles {
  readonly files: number;
  readonly lines: number;
  /** Options of the command that starts it. */
  readonly options: number;
}

const linesOf = (text: string): number => text.trimEnd().split('\n').length;

/**
 * What a team writes to serve this model in a container of the platform: configuration, application, Dockerfile, list of packages. Not
 * the model, and not what decodes images and computes where platforms share it.
 */
export const neededFiles = (serving: ServingName): NeededFiles => {
  const { model, container } = ownManifestOf(serving);
  const own = new Set(
    projectFiles(serving).filter((file) => !file.startsWith(SHARED) && !isMade(file)),
  );
  const lines = [...own].map((file) => linesOf(readFileSync(path.join(ROOT, file), 'utf8')));
  const [described, weights] = container.models.files;
  if (described.endsWith('config.pbtxt') && weights !== undefined) {
    lines.push(linesOf(modelConfig(model, weights)));
  }
  return {
    files: lines.length,
    lines: lines.reduce((sum, one) => sum + one, 0),
    options: container.command.filter((word) => word.startsWith('-')).length,
  };
};
