import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { manifestOf } from '../../../serving-configs/index.ts';
import type { ServingName } from '../../../serving-configs/index.ts';
import type { ServingManifest } from '../../../serving-configs/manifest.ts';

/** What these images need no Docker for: their files are read as Docker would read them, and compared with the manifests. */

const CONTEXT = path.resolve(import.meta.dirname, '../../../serving-configs');
const textOf = (file: string): string => readFileSync(path.join(CONTEXT, file), 'utf8');

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** The instructions of a Dockerfile; a backslash at the end of a line goes on with the next one. */
const instructionsOf = (file: string): readonly Instruction[] =>
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

const restsOf = (file: string, name: string): readonly string[] =>
  instructionsOf(file)
    .filter((instruction) => instruction.name === name)
    .map(({ rest }) => rest);

const IMAGES = ['predict-route/Dockerfile', 'cortex/Dockerfile'] as const;
const ENVIRONMENTS = ['python', 'workers'] as const;

/** What is copied from the context: source and destination. */
const copiesOf = (file: string): readonly (readonly [string, string])[] =>
  restsOf(file, 'COPY')
    .filter((rest) => !rest.startsWith('--from='))
    .flatMap((rest) => {
      const words = rest.split(' ');
      const to = words.at(-1) ?? '';
      return words.slice(0, -1).map((from) => [from, to] as const);
    });

/** The paths of the copied files inside the image; of folders only their own. */
const placesIn = (file: string): readonly string[] =>
  copiesOf(file).map(([from, to]) => (to.endsWith('/') ? to + path.basename(from) : to));

const containerOf = (serving: ServingName): NonNullable<ServingManifest['container']> => {
  const { container } = manifestOf(serving);
  if (container === undefined) throw new Error(`${serving} has no container`);
  return container;
};

describe.each(IMAGES)('the image of %s', (file) => {
  it('has only instructions that there are', () => {
    const known = ['ARG', 'FROM', 'ENV', 'COPY', 'RUN', 'USER', 'WORKDIR'];

    expect(instructionsOf(file)).not.toEqual([]);
    expect(instructionsOf(file).filter(({ name }) => !known.includes(name))).toEqual([]);
  });

  it('builds on nothing that the builder does not name, by its digest', () => {
    const bases = restsOf(file, 'FROM').map((rest) => /^\$\{(\w+)\}/.exec(rest)?.[1]);

    // An argument with no value of its own must be given.
    expect(bases).not.toEqual([]);
    expect(bases.filter((base) => !restsOf(file, 'ARG').includes(base ?? ''))).toEqual([]);
    expect(textOf(file).match(/--build-arg \w+_IMAGE=\S+@sha256:/g)).toHaveLength(bases.length);
  });

  it('copies what is there', () => {
    const sources = copiesOf(file).flatMap(([from]) =>
      from.includes('${ENVIRONMENT}')
        ? ENVIRONMENTS.map((name) => from.replace('${ENVIRONMENT}', name))
        : [from],
    );

    expect(sources.filter((source) => !existsSync(path.join(CONTEXT, source)))).toEqual([]);
  });

  it('installs no package whose hash is not known', () => {
    const installs = restsOf(file, 'RUN').flatMap((rest) => rest.match(/pip install[^&]*/g) ?? []);

    expect(installs.filter((install) => !install.includes('--require-hashes'))).toEqual([]);
  });
});

const SERVINGS = ['flask', 'bentoml', 'litserve', 'ray_serve', 'cortex'] as const;

describe.each(SERVINGS)('the container of %s', (serving) => {
  it('serves the model of the manifest from where the node mounts it', () => {
    const [text = ''] = restsOf('predict-route/Dockerfile', 'ENV').flatMap(
      (rest) => /^SERVED_MODEL='(.*)'$/.exec(rest)?.[1] ?? [],
    );
    const { mountedAt, files } = containerOf(serving).models;

    expect(JSON.parse(text)).toMatchObject({
      ...manifestOf(serving).model,
      file: path.posix.join(mountedAt, files[0]),
      labels: '/serving/imagenet-labels.json',
    });
  });

  it('starts with files that are in its image', () => {
    const places = IMAGES.flatMap(placesIn);
    const { command, environment = {} } = containerOf(serving);
    const named = [...command, ...Object.values(environment)].flatMap(
      (word) => word.match(/\/serving[\w./-]*/g) ?? [],
    );

    expect(named).not.toEqual([]);
    expect(
      named.filter(
        (name) => !places.some((place) => place === name || place.startsWith(`${name}/`)),
      ),
    ).toEqual([]);
  });
});

const commandOf = (serving: ServingName): string => containerOf(serving).command.join(' ');
const numberIn = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1]);

describe('the ports of the containers', () => {
  it.each([
    ['flask', commandOf('flask'), /--bind=0\.0\.0\.0:(\d+)/],
    ['bentoml', commandOf('bentoml'), /--host=0\.0\.0\.0 --port=(\d+)/],
    ['litserve', textOf('litserve/container/serve.py'), /host="0\.0\.0\.0", port=(\d+)/],
    ['ray_serve', textOf('ray-serve/container/serve.yaml'), /host: 0\.0\.0\.0\n +port: (\d+)/],
    ['cortex', textOf('cortex/container/start.sh'), /^proxy -port (\d+)/m],
  ] as const)('of %s is the one of its manifest', (serving, text, pattern) => {
    expect(numberIn(text, pattern)).toBe(manifestOf(serving).rest.port);
  });

  it('of Ray Serve’s belong to the application of its manifest', () => {
    const text = textOf('ray-serve/container/serve.yaml');

    expect(/name: (\S+)/.exec(text)?.[1]).toBe(manifestOf('ray_serve').model.name);
    expect(manifestOf('ray_serve').health.path).toContain(
      `${/route_prefix: (\S+)/.exec(text)?.[1]}/`,
    );
  });

  it('of Cortex’s proxy lead to its application and to its metrics', () => {
    const text = textOf('cortex/container/start.sh');

    expect(numberIn(text, /-user-port (\d+)/)).toBe(numberIn(text, /--bind=127\.0\.0\.1:(\d+)/));
    expect(numberIn(text, /-admin-port (\d+)/)).toBe(manifestOf('cortex').metrics?.port);
  });
});
