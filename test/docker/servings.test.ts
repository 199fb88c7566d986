import path from 'node:path';
import { readRunFolder } from '../../lib/bench/results/run-folder.ts';
import { imageSourceOf } from '../../serving-configs/docker/image-source.ts';
import {
  manifestOf,
  platformOf,
  servingNames,
  type ServingName,
} from '../../serving-configs/index.ts';
import { describeServing } from '../conformance/describe-serving.ts';
import type { Traits } from '../conformance/traits.ts';
import { runBench, words } from '../support/bench-cli.ts';
import { useTemporaryFolders } from '../support/temporary-folder.ts';
import { containerTarget, containerTraits, listContainers } from './container-target.ts';
import { leftBehind, NOTHING_LEFT } from './support/containers.ts';

const newFolder = useTemporaryFolders();
const ESPRESSO = 967;

/** All that have a container on a CPU. */
const servings = servingNames.filter(
  (serving) => imageSourceOf(serving, 'cpu', { images: {} }) !== undefined,
);

/** `triton_onnx` as `tritonOnnx`. */
const exportOf = (serving: ServingName): string =>
  serving.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

const traitsOf = (serving: ServingName): Traits => {
  const file = `../serving-configs/${platformOf(serving)}/traits.ts`;
  // Which tests there are must be known at once.
  // oxlint-disable-next-line typescript/no-require-imports
  const exported = require(file) as Readonly<Record<string, Traits>>;
  const traits = exported[exportOf(serving)];
  if (traits === undefined) throw new Error(`${file} has no ${exportOf(serving)}`);
  return traits;
};

beforeAll(async () => {
  const setup = await runBench(words('setup --runtime docker --servings all --weights lite0'));
  expect(setup).toMatchObject({ exitCode: 0 });
}, 900_000);

describe('the containers of this machine', () => {
  it('are those of every serving that has one for a CPU, each named by a digest or an id', async () => {
    const listed = (await listContainers()).servings;
    const installed = listed.filter(({ state }) => state === 'installed');

    expect(installed.map(({ serving }) => serving)).toEqual(servings);
    for (const { image } of installed) expect(image).toMatch(/(^|@)sha256:[0-9a-f]{64}$/);
  });

  it('are stand-ins where their manifests say so, and run what these say', async () => {
    const { servings: listed } = await listContainers();
    const said = servings.map((serving) => {
      const image = manifestOf(serving).container?.image ?? { official: {} };
      return [serving, 'official' in image ? image.standIn : undefined];
    });
    const ran = servings.map((serving) => {
      const { note } = listed.find((one) => one.serving === serving) ?? {};
      return [serving, note?.replace(/^a stand-in for the image \S+: /, '')];
    });

    expect(ran).toEqual(said);
  });

  it('answer every picture as the ONNX model does, and an espresso where there is one', async () => {
    const output = path.join(newFolder(), 'run');
    await runBench([
      ...words(`run --runtime docker --servings ${servings.join(',')} --protocols rest,grpc`),
      ...words('--scenarios warm --levels 1 --repeats 1 --duration 1 --warmup 0 --no-ceilings'),
      ...words('--payloads image,tensor --output'),
      output,
    ]);
    const { plan, records } = await readRunFolder(output);
    const checks = records.filter((record) => record.kind === 'check');
    const failed = checks.filter(({ state }) => state !== 'passed');

    expect(
      failed.map(({ path: { serving, protocol, payload }, reason }) => ({
        serving,
        protocol,
        payload,
        reason,
      })),
    ).toEqual([]);
    expect(new Set(checks.map((check) => check.path.serving))).toEqual(new Set(servings));
    expect(checks).toHaveLength(plan.paths.length);
    const coffee = checks.flatMap(({ images }) =>
      images.filter(({ file }) => file === 'coffee.jpg').map((image) => image.answeredClass),
    );
    expect(new Set(coffee)).toEqual(new Set([ESPRESSO]));
  }, 900_000);
});

for (const serving of servings) {
  describeServing(serving, containerTarget, containerTraits(traitsOf(serving)));
}

afterAll(async () => {
  expect(await leftBehind()).toEqual(NOTHING_LEFT);
});
