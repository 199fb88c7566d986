import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isServingName, ownManifestOf, RESNET50, type ServingName } from '../../index.ts';
import type { Accelerator, ImageRecipe } from '../../manifest.ts';
import { UsageError } from '../../options/usage-error.ts';

/** The inputs of an image, as its Dockerfile names them. */
interface DockerfileFacts {
  /** Default names of the base images, by build argument. */
  readonly bases: Readonly<Record<string, string>>;
  /** Files and folders of the context that are copied into the image. */
  readonly copied: readonly string[];
}

const BASE = /^ARG (\w+_IMAGE)=(\S+)$/gm;
const COPY = /^COPY (?!--from=)(.+)$/gm;

/**
 * Reads one of our Dockerfiles.
 *
 * @param text - One instruction per line, or continued with a backslash.
 * @param buildArguments - Values for the build arguments in the paths of COPY.
 */
const readDockerfile = (
  text: string,
  buildArguments: Readonly<Record<string, string>>,
): DockerfileFacts => {
  const lines = text.replaceAll(/\\\n\s*/g, ' ');
  const filledIn = lines.replaceAll(
    /\$\{(\w+)\}/g,
    (placeholder, name: string) => buildArguments[name] ?? placeholder,
  );
  return {
    bases: Object.fromEntries(
      [...lines.matchAll(BASE)].map(([, name = '', tag = '']) => [name, tag]),
    ),
    copied: [...filledIn.matchAll(COPY)].flatMap(([, words = '']) =>
      words.trim().split(/\s+/).slice(0, -1),
    ),
  };
};

/** How to get the image of a container: pull it or build it. */
export type ImageSource =
  | { readonly kind: 'pull'; readonly name: string }
  | {
      readonly kind: 'build';
      /** The tag has a hash of all inputs, so that an image of another release is never mistaken for it. */
      readonly name: string;
      /** Relative to the build context. */
      readonly dockerfile: string;
      /** Build arguments except the base images. */
      readonly arguments: Readonly<Record<string, string>>;
      /** Base images by build argument. */
      readonly bases: Readonly<Record<string, ImageSource>>;
    };

/** The user's choice of images. */
export interface ImageChoice {
  /** Images that replace those of the manifests, by tag or digest. */
  readonly images: Readonly<Partial<Record<ServingName, string>>>;
  /** A registry for all images, optionally with a folder: `registry.example.com/mirror`. */
  readonly registry?: string | undefined;
}

const REGISTRY = 'SERVING_COMPARE_REGISTRY';

/**
 * The registry for all images in SERVING_COMPARE_REGISTRY; undefined if it is not set.
 * @throws UsageError if its value is not a registry.
 */
export const namedRegistry = (): string | undefined => {
  const registry = process.env[REGISTRY];
  if (registry === undefined || registry === '') return undefined;
  if (/^[^\s/:]+(?::\d+)?(?:\/[^\s:]+)?$/.test(registry)) return registry.replace(/\/$/, '');
  throw new UsageError(
    `${REGISTRY} is "${registry}"`,
    'give a registry, optionally with a folder: registry.example.com/mirror',
  );
};

/** What to do with SERVING_COMPARE_REGISTRY so that it names a registry, or none. */
export const registryRemedy = (registry: string | undefined): string =>
  registry === undefined ? `unset ${REGISTRY}` : `set ${REGISTRY}=${registry}`;

/** The build context of all images: the folder `serving-configs/`. */
export const CONTEXT = path.resolve(import.meta.dirname, '..', '..');

/**
 * The registry in the name of an image; the first part is one if it has a dot or a port. Docker's official images come from their copies in
 * Amazon's public registry, which has no limit that a deployment would reach; other mirrors have them in the folder `library`.
 */
const REGISTRY_HOST = /^(?:public\.ecr\.aws\/docker|[^/]*[.:][^/]*)\//;

const fromRegistry = (name: string, registry: string | undefined): string =>
  registry === undefined ? name : `${registry}/${name.replace(REGISTRY_HOST, '')}`;

/** The images that must be pulled for a source: its own, or the base images of its build. */
export const pulledNames = (source: ImageSource): readonly string[] =>
  source.kind === 'pull' ? [source.name] : Object.values(source.bases).flatMap(pulledNames);

/**
 * The registries that the images of a source may come from.
 * @param source - With the images of the manifests, not of another registry.
 * @param names - The names of the images on this machine.
 */
export const registriesOf = (source: ImageSource, names: readonly string[]): readonly string[] => {
  const endings = pulledNames(source).map((name) => `/${name.replace(REGISTRY_HOST, '')}`);
  const registries = names.flatMap((name) =>
    endings
      .filter((ending) => name.endsWith(ending))
      .map((ending) => name.slice(0, -ending.length)),
  );
  return [...new Set(registries)];
};

const filesBelow = (relativePath: string): readonly string[] => {
  const absolutePath = path.join(CONTEXT, relativePath);
  if (!statSync(absolutePath).isDirectory()) return [relativePath];
  return readdirSync(absolutePath, { withFileTypes: true })
    .filter(({ name }) => name !== '__pycache__')
    .flatMap(({ name }) => filesBelow(path.posix.join(relativePath, name)))
    .toSorted();
};

const HASH_LENGTH = 12;

/** How to build an image from one of our Dockerfiles. */
export const buildSourceOf = (
  label: string,
  recipe: ImageRecipe,
  accelerator: Accelerator,
  choice: ImageChoice,
): ImageSource => {
  const buildArguments = { ...recipe.arguments, ACCELERATOR: accelerator };
  const text = readFileSync(path.join(CONTEXT, recipe.dockerfile), 'utf8');
  const { bases: tags, copied } = readDockerfile(text, buildArguments);
  const bases: Record<string, ImageSource> = {};
  for (const [argument, tag] of Object.entries(tags)) {
    bases[argument] = { kind: 'pull', name: fromRegistry(tag, choice.registry) };
  }
  const { builtOn } = recipe;
  if (builtOn !== undefined) {
    const source = imageSourceOf(builtOn.serving, accelerator, choice);
    if (source === undefined) throw new Error(`${label} is built on a serving without an image`);
    bases[builtOn.argument] = source;
  }
  const hash = createHash('sha256').update(JSON.stringify([text, buildArguments, bases]));
  for (const file of copied.flatMap(filesBelow)) {
    hash.update(file).update(readFileSync(path.join(CONTEXT, file)));
  }
  const tag = `${accelerator}-${hash.digest('hex').slice(0, HASH_LENGTH)}`;
  return {
    kind: 'build',
    name: `serving-compare/${label}:${tag}`,
    dockerfile: recipe.dockerfile,
    arguments: buildArguments,
    bases,
  };
};

/** How to get the image of a serving; undefined if there is none for this accelerator. */
export const imageSourceOf = (
  serving: string,
  accelerator: Accelerator,
  choice: ImageChoice,
): ImageSource | undefined => {
  if (!isServingName(serving)) throw new Error(`no serving "${serving}"`);
  const chosen = choice.images[serving];
  if (chosen !== undefined) return { kind: 'pull', name: chosen };
  const { image } = ownManifestOf(serving, RESNET50).container;
  if (!('official' in image)) return buildSourceOf(serving, image, accelerator, choice);
  const name = image.official[accelerator];
  return name === undefined
    ? undefined
    : { kind: 'pull', name: fromRegistry(name, choice.registry) };
};
