import { manifestOf } from '../../serving-configs/index.ts';
import { listContainers } from './container-target.ts';
import { containedServings } from './describe-containers.ts';

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
});
