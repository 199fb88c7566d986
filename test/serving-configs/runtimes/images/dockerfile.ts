import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { manifestOf, servingNames } from '../../../../serving-configs/index.ts';

/** The Dockerfiles of this project, read as Docker would read them. */

export const CONTEXT = path.resolve(import.meta.dirname, '../../../../serving-configs');
const textOf = (file: string): string => readFileSync(path.join(CONTEXT, file), 'utf8');

/** Of all images that are built here, by their paths in the context. */
export const dockerfiles: readonly string[] = readdirSync(CONTEXT, {
  recursive: true,
  encoding: 'utf8',
}).filter((file) => path.basename(file) === 'Dockerfile');

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** The instructions of a Dockerfile; a backslash at the end of a line goes on with the next one. */
export const instructionsOf = (file: string): readonly Instruction[] =>
  textOf(file)
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
      return { name, rest: rest.replaceAll(/\s+/g, ' ').trim() };
    });

/** What stands behind the instructions of a name. */
export const restsOf = (file: string, name: string): readonly string[] =>
  instructionsOf(file)
    .filter((instruction) => instruction.name === name)
    .map(({ rest }) => rest);

/** The arguments of each image that is built with a Dockerfile, as the manifests have them; none where no serving is in it. */
export const buildsOf = (file: string): readonly Readonly<Record<string, string>>[] => {
  const builds = servingNames.flatMap((serving) => {
    const image = manifestOf(serving).container?.image;
    const recipe = image !== undefined && 'dockerfile' in image ? image : undefined;
    return recipe?.dockerfile === file ? [recipe.arguments ?? {}] : [];
  });
  return builds.length === 0 ? [{}] : builds;
};

const filledIn = (text: string, given: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\$\{(\w+)\}/g, (all, name: string) => given[name] ?? all);

/** What is copied from the context into the images that are built with it: source and destination. */
export const copiesOf = (file: string): readonly (readonly [from: string, to: string])[] =>
  buildsOf(file)
    .flatMap((given) => restsOf(file, 'COPY').map((rest) => filledIn(rest, given)))
    .filter((rest) => !rest.startsWith('--from='))
    .flatMap((rest) => {
      const words = rest.split(' ');
      const to = words.at(-1) ?? '';
      return words.slice(0, -1).map((from) => [from, to] as const);
    });
