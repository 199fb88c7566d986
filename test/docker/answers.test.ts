import path from 'node:path';
import { readRunFolder } from '../../lib/bench/results/run-folder.ts';
import { manifestOf } from '../../serving-configs/index.ts';
import { runBench, words } from '../support/bench-cli.ts';
import { useTemporaryFolders } from '../support/temporary-folder.ts';
import { listContainers } from './container-target.ts';
import { containedServings } from './describe-containers.ts';

const newFolder = useTemporaryFolders();
const ESPRESSO = 967;

describe('the containers of this machine', () => {
  it('are those of every serving that has one for a CPU, each named by a digest or an id', async () => {
    const listed = (await listContainers()).servings;
    const installed = listed.filter(({ state }) => state === 'installed');

    expect(installed.map(({ serving }) => serving)).toEqual(containedServings);
    for (const { image } of installed) expect(image).toMatch(/(^|@)sha256:[0-9a-f]{64}$/);
  });

  it('are stand-ins where their manifests say so, and run what these say', async () => {
    const { servings: listed } = await listContainers();
    const said = containedServings.map((serving) => {
      const image = manifestOf(serving).container?.image ?? { official: {} };
      return [serving, 'official' in image ? image.standIn : undefined];
    });
    const ran = containedServings.map((serving) => {
      const { note } = listed.find((one) => one.serving === serving) ?? {};
      return [serving, note?.replace(/^a stand-in for the image \S+: /, '')];
    });

    expect(ran).toEqual(said);
  });

  it('answer every picture as the ONNX model does, and an espresso where there is one', async () => {
    const output = path.join(newFolder(), 'run');
    const { stderr } = await runBench([
      ...words(
        `run --runtime docker --servings ${containedServings.join(',')} --protocols rest,grpc`,
      ),
      ...words('--payloads image,tensor --scenarios warm --levels 1 --repeats 1 --duration 1'),
      ...words('--warmup 0 --no-ceilings --output'),
      output,
    ]);
    const { plan, records } = await readRunFolder(output);
    const checks = records.filter((record) => record.kind === 'check');
    const failed = checks.filter(({ state }) => state !== 'passed');

    expect({ failed: failed.map((check) => [check.path, check.reason]), stderr }).toMatchObject({
      failed: [],
    });
    expect(new Set(checks.map((check) => check.path.serving))).toEqual(new Set(containedServings));
    expect(checks).toHaveLength(plan.paths.length);
    const coffee = checks.flatMap(({ images }) =>
      images.filter(({ file }) => file === 'coffee.jpg').map((image) => image.answeredClass),
    );
    expect(new Set(coffee)).toEqual(new Set([ESPRESSO]));
  }, 900_000);
});
