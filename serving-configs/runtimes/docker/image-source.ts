import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isServingName, ownManifestOf, type ServingName } from '../../index.ts';
import type { Accelerator, ImageRecipe } from '../../manifest.ts';
import { UsageError } from '../../options/usage-error.ts';

/** What of a Dockerfile decides what an image is. */
interface DockerfileFacts {
  /** Base images by the build argument that names them, with the tag that is its default. */
  readonly bases: Readonly<Record<string, string>>;
  /** Files and folders of the context that are copied into the image. */
  readonly copied: readonly string[];
}

const BASE = /^ARG (\w+_IMAGE)=(\S+)$/gm;
const COPY = /^COPY (?!--from=)(.+)$/gm;

/**
 * Reads a Dockerfile of ours.
 *
 * @param text Its instructions, each alone on its line or continued with a backslash.
 * @param given Build arguments that stand in the paths of COPY.
 */
const readDockerfile = (
  text: string,
  given: Readonly<Record<string, string>> = {},
): DockerfileFacts => {
  const lines = text.replaceAll(/\\\n\s*/g, ' ');
  const filledIn = lines.replaceAll(/\$\{(\w+)\}/g, (all, name: string) => given[name] ?? all);
  return {
    bases: Object.fromEntries(
      [...lines.matchAll(BASE)].map(([, name = '', tag = '']) => [name, tag]),
    ),
    copied: [...filledIn.matchAll(COPY)].flatMap(([, words = '']) =>
      words.trim().split(/\s+/).slice(0, -1),
    ),
  };
};

/** Where the image of a container comes from. */
export type ImageSource =
  | { readonly kind: 'pull'; readonly name: string }
  | {
      readonly kind: 'build';
      /** Its tag holds a hash of all that it is made from, so that one of another release is not taken for it. */
      readonly name: string;
      /** Below the context. */
      readonly dockerfile: string;
      /** `--build-arg`, without the base images. */
      readonly arguments: Readonly<Record<string, string>>;
      /** By build argument. */
      readonly bases: Readonly<Record<string, ImageSource>>;
    };

/** What a user may say of the images. */
export interface ImageChoice {
  /** Instead of the one of the manifest, by tag or digest. */
  readonly images: Readonly<Partial<Record<ServingName, string>>>;
  /** A registry, perhaps with a folder, from which all images are fetched: `registry.example.com/mirror`. */
  readonly registry?: string | undefined;
}

const REGISTRY = 'SERVING_COMPARE_REGISTRY';

/**
 * The registry that the user names for all images.
 * @throws UsageError where it is none.
 */
export const namedRegistry = (): string | undefined => {
  const registry = process.env[REGISTRY];
  if (registry === undefined || registry === '') return undefined;
  if (/^[^\s/:]+(?::\d+)?(?:\/[^\s:]+)?$/.test(registry)) return registry.replace(/\/$/, '');
  throw new UsageError(
    `${REGISTRY} is "${registry}"`,
    'give a registry, perhaps with a folder: registry.example.com/mirror',
  );
};

/** The folder `serving-configs/`, the context of all builds. */
export const CONTEXT = path.resolve(import.meta.dirname, '..', '..');

/** A first part of a name with a dot or a port is the registry; without one, Docker Hub is meant. */
const REGISTRY_HOST = /^[^/]*[.:][^/]*\//;

const fromRegistry = (name: string, registry: string | undefined): string =>
  registry === undefined ? name : `${registry}/${name.replace(REGISTRY_HOST, '')}`;

const filesBelow = (place: string): readonly string[] => {
  const whole = path.join(CONTEXT, place);
  if (!statSync(whole).isDirectory()) return [place];
  return readdirSync(whole, { withFileTypes: true })
    .filter(({ name }) => name !== '__pycache__')
    .flatMap(({ name }) => filesBelow(path.posix.join(place, name)))
    .toSorted();
};

const HASH_LENGTH = 12;

/** How an image with a recipe of ours is built. */
export const buildSourceOf = (
  label: string,
  recipe: ImageRecipe,
  accelerator: Accelerator,
  choice: ImageChoice,
): ImageSource => {
  const given = { ...recipe.arguments, ACCELERATOR: accelerator };
  const text = readFileSync(path.join(CONTEXT, recipe.dockerfile), 'utf8');
  const { bases: tags, copied } = readDockerfile(text, given);
  const bases: Record<string, ImageSource> = {};
  for (const [argument, tag] of Object.entries(tags)) {
    bases[argument] = { kind: 'pull', name: fromRegistry(tag, choice.registry) };
  }
  const { builtOn } = recipe;
  if (builtOn !== undefined) {
    const source = imageSourceOf(builtOn.serving, accelerator, choice);
    if (source === undefined) throw new Error(`${label} is built on what has no image`);
    bases[builtOn.argument] = source;
  }
  const hash = createHash('sha256').update(JSON.stringify([text, given, bases]));
  for (const file of copied.flatMap(filesBelow)) {
    hash.update(file).update(readFileSync(path.join(CONTEXT, file)));
  }
  const tag = `${accelerator}-${hash.digest('hex').slice(0, HASH_LENGTH)}`;
  return {
    kind: 'build',
    name: `serving-compare/${label}:${tag}`,
    dockerfile: recipe.dockerfile,
    arguments: given,
    bases,
  };
};

/** Where the image of a serving comes from; undefined where there is none for that accelerator. */
export const imageSourceOf = (
  serving: string,
  accelerator: Accelerator,
  choice: ImageChoice,
): ImageSource | undefined => {
  if (!isServingName(serving)) throw new Error(`no serving "${serving}"`);
  const own = choice.images[serving];
  if (own !== undefined) return { kind: 'pull', name: own };
  const { image } = ownManifestOf(serving).container;
  if (!('official' in image)) return buildSourceOf(serving, image, accelerator, choice);
  const name = image.official[accelerator];
  return name === undefined
    ? undefined
    : { kind: 'pull', name: fromRegistry(name, choice.registry) };
};
