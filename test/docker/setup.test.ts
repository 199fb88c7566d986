import { servingFactsOf } from '../../serving-configs/index.ts';
import { runBench } from '../support/bench-cli.ts';
import { listContainers } from './container-target.ts';
import { containedServings } from './describe-containers.ts';

describe('the containers of this machine', () => {
  it('exist for every serving with an image for CPUs, each named by digest or id', async () => {
    const listed = (await listContainers()).entries;
    const installed = listed.filter(({ state }) => state === 'installed');

    expect(installed.map(({ serving }) => serving)).toEqual(containedServings);
    for (const { image } of installed) expect(image).toMatch(/(^|@)sha256:[0-9a-f]{64}$/);
  });

  it('are in the next command that setup prints, without those that cannot run on this machine', async () => {
    const { exitCode, stdout } = await runBench(
      'setup --runtime docker --servings flask,triton_tensorrt',
    );

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^ +npx serving-compare run --runtime docker --servings flask$/m);
  });

  it('tell which of them have the real server, and which are built on a stand-in', async () => {
    const { entries: listed } = await listContainers();
    const of = (wanted: string) => listed.find(({ serving }) => serving === wanted);

    expect(of('torchserve')).toMatchObject({ real: true, standIn: 'image' });
    expect(of('tfserving')).toMatchObject({ real: false, standIn: 'image' });
    expect(of('flask')).toMatchObject({
      real: true,
      standIn: 'base image',
      note: 'built on a stand-in for its base image: Python 3.11 of Debian 12',
    });
  });

  it('are the stand-ins that their manifests describe', async () => {
    const { entries: listed } = await listContainers();
    const described = containedServings.map((serving) => {
      const image = servingFactsOf(serving).container?.image ?? { official: {} };
      return [serving, 'official' in image ? image.standIn : undefined];
    });
    const labelled = containedServings.map((serving) => {
      const { note } = listed.find((entry) => entry.serving === serving) ?? {};
      return [
        serving,
        /^in a stand-in for its image: (.*); the server in it is/.exec(note ?? '')?.[1],
      ];
    });

    expect(labelled).toEqual(described);
  });
});
