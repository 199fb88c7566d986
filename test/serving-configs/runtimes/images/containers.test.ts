import { existsSync } from 'node:fs';
import path from 'node:path';
import { codecOf } from '../../../../middleware/servings/index.ts';
import {
  endpointOf,
  manifestOf,
  platformOf,
  portsOf,
  protocolsOf,
  servingNames,
  type ServingName,
} from '../../../../serving-configs/index.ts';
import type { ContainerFacts, Encoding, Payload } from '../../../../serving-configs/manifest.ts';
import { decodeImage } from '../../../../serving-configs/models/input/decode-image.ts';
import { geometryOf } from '../../../../serving-configs/models/input/geometry.ts';
import { cat } from '../../../support/middleware.ts';
import { CONTEXT, filesInImages, textOf } from './dockerfile.ts';
import { openPorts, saidFiles, saidRoutes } from './said.ts';

/** Nothing of it is run here: what command and files say is compared with what the manifests promise. */

const LABELS = 'imagenet-labels.json';

const containers = servingNames.flatMap((serving) => {
  const { container } = manifestOf(serving);
  return container === undefined ? [] : [[serving, container] as const];
});

const wordsOf = ({ entrypoint = '', command, environment = {} }: ContainerFacts) => [
  entrypoint,
  ...command,
  ...Object.values(environment),
];

/** Files of an image at a path, or its settings where that is a folder. */
const filesAt = (name: string): readonly string[] =>
  [...filesInImages].flatMap(([place, file]) => {
    const isSetting = place.startsWith(`${name}/`) && /\.(?:json|yaml|properties)$/.test(place);
    return place === name || isSetting ? [file] : [];
  });

/** The files that it reads: those that are mounted, those of its image that its command names, and those that these name. */
const filesOf = (serving: ServingName, container: ContainerFacts): readonly string[] => {
  const named = saidFiles([container.entrypoint ?? '', ...container.command]).flatMap(filesAt);
  const behind = named
    .filter((file) => file.endsWith('.sh'))
    .flatMap((file) => saidFiles(textOf(file).split(/\s/)).flatMap(filesAt));
  const mounted = Object.keys(container.config ?? {}).map(
    (file) => `platforms/${platformOf(serving)}/${file}`,
  );
  return [...new Set([...mounted, ...named, ...behind])];
};

const isAtOrAbove = (name: string, file: string): boolean =>
  file === name || file.startsWith(`${name}/`);

const isInImage = (name: string): boolean =>
  [...filesInImages.keys()].some((file) => isAtOrAbove(name, file));

/** Everything that it is told. */
const textOfContainer = (serving: ServingName, container: ContainerFacts): string =>
  [wordsOf(container).join(' '), ...filesOf(serving, container).map(textOf)].join('\n');

/** The paths that its clients ask, over REST. */
const askedPaths = async (serving: ServingName): Promise<readonly string[]> => {
  const { model, health, metrics } = manifestOf(serving);
  const pixels = await decodeImage(cat, geometryOf(model.family));
  const payloads = Object.entries(endpointOf(serving, 'rest')?.payloads ?? {}) as [
    Payload,
    readonly Encoding[],
  ][];
  const requests = payloads.flatMap(([payload, encodings]) =>
    encodings.map((encoding) => {
      const input =
        payload === 'image'
          ? { payload, bytes: cat, mediaType: 'image/jpeg' }
          : { payload, pixels };
      return codecOf(serving).rest.encode(input, encoding, model).path;
    }),
  );
  return [...requests, health.path, ...(metrics === undefined ? [] : [metrics.path])];
};

describe.each(containers)('the container of %s', (serving, container) => {
  const manifest = manifestOf(serving);
  const text = textOfContainer(serving, container);
  const { mountedAt, files, packed } = container.models;

  it('opens the ports of its manifest and no others', () => {
    expect(openPorts(text)).toEqual(portsOf(manifest));
  });

  it('answers at the paths that its clients ask', async () => {
    const asked = await askedPaths(serving);
    const strange = saidRoutes(text).filter(
      (route) => !asked.some((one) => one === route || one.startsWith(`${route}/`)),
    );

    expect(strange).toEqual([]);
  });

  it('serves the model of its manifest', () => {
    // What starts an image of ours tells it the model, and nothing else does.
    const recipe = 'official' in container.image ? '' : textOf(container.image.dockerfile);
    expect(`${recipe}${text}`).not.toMatch(/SERVED_MODEL\s*=/);
    expect(container.environment ?? {}).not.toHaveProperty('SERVED_MODEL');
    // The classes lie where an archive is unpacked, or in the image.
    const hasLabels =
      packed?.as === 'zip'
        ? Object.hasOwn(packed.files, LABELS)
        : filesInImages.has(`/serving/${LABELS}`);

    expect(hasLabels).toBe(true);
    expect(text).not.toMatch(/SERVED_MODEL|SERVING_ACCELERATOR/);
    expect(container.environment ?? {}).not.toHaveProperty('SERVED_MODEL');
  });

  it('reads only what is mounted or lies in its image', () => {
    const mounted = [
      mountedAt,
      ...files.map((file) => path.posix.join(mountedAt, file)),
      ...Object.values(container.config ?? {}),
    ];
    const strange = saidFiles(wordsOf(container)).filter(
      (name) => !isInImage(name) && !mounted.some((one) => isAtOrAbove(name, one)),
    );

    expect(strange).toEqual([]);
  });

  it('has every file that it is given', () => {
    const named = filesOf(serving, container);

    expect(named.filter((file) => !existsSync(path.join(CONTEXT, file)))).toEqual([]);
  });
});

it('are as many as there are servings with one, over every protocol of theirs', () => {
  expect(containers.length).toBeGreaterThan(10);
  for (const [serving] of containers) {
    const ports = protocolsOf(serving).map((one) => endpointOf(serving, one)?.port);
    expect(portsOf(manifestOf(serving))).toEqual(expect.arrayContaining(ports));
  }
});
