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
/** Code for decoding and inference that all platforms share whose application does both. */
const SHARED = 'runtimes/venv/python/';
const isGenerated = (file: string): boolean => file.endsWith('go.sum');

const filesIn = (folder: string, pattern: RegExp): readonly string[] =>
  existsSync(path.join(ROOT, folder))
    ? readdirSync(path.join(ROOT, folder), { withFileTypes: true })
        .filter((entry) => entry.isFile() && pattern.test(entry.name))
        .map(({ name }) => path.posix.join(folder, name))
    : [];

/** The files of this project that the container of a serving contains, as paths below `serving-configs/`. */
const projectFiles = (serving: ServingName): readonly string[] => {
  const { image, models, config = {} } = ownManifestOf(serving).container;
  const home = path.posix.join('platforms', platformOf(serving));
  const named = [...Object.keys(config), ...Object.values(models.packed?.files ?? {})];
  const files = [
    ...named.map((file) => path.posix.join(home, file)),
    ...filesIn(path.posix.join(home, 'container'), /./),
  ];
  if ('official' in image) return files;
  const base = servingNames.find((name) => name === image.builtOn?.serving);
  const application =
    base === undefined
      ? filesIn(path.posix.join(home, 'venv'), /\.py$|^requirements\.in$/)
      : projectFiles(base);
  return [image.dockerfile, ...files, ...application];
};

export interface NeededFiles {
  readonly files: number;
  readonly lines: number;
  /** Options of the command that starts the container. */
  readonly options: number;
}

const linesOf = (text: string): number => text.trimEnd().split('\n').length;

/**
 * Counts what a team writes to serve this model in a container of the platform: configuration, application, Dockerfile and list of
 * packages, without the model and without code that platforms share.
 */
export const neededFiles = (serving: ServingName): NeededFiles => {
  const { model, container } = ownManifestOf(serving);
  const written = new Set(
    projectFiles(serving).filter((file) => !file.startsWith(SHARED) && !isGenerated(file)),
  );
  const lines = [...written].map((file) => linesOf(readFileSync(path.join(ROOT, file), 'utf8')));
  const [description, weights] = container.models.files;
  if (description.endsWith('config.pbtxt') && weights !== undefined) {
    lines.push(linesOf(modelConfig(model, weights)));
  }
  return {
    files: lines.length,
    lines: lines.reduce((total, count) => total + count, 0),
    options: container.command.filter((word) => word.startsWith('-')).length,
  };
};
