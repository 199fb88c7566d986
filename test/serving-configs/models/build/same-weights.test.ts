import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { demandSameWeights } from '../../../../serving-configs/models/build/build-models.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';

const temporaryFolder = useTemporaryFolders();
const random = { title: 'random weights', sha256: 'aa' };
const lite0 = { title: 'weights of lite0', sha256: 'bb' };

describe('a folder for what is made', () => {
  it('is taken where it is empty, or holds what was made of the same weights', async () => {
    const folder = temporaryFolder();
    await expect(demandSameWeights(folder, random)).resolves.toBeUndefined();

    writeFileSync(path.join(folder, 'models.json'), JSON.stringify({ weights: random }));
    await expect(demandSameWeights(folder, random)).resolves.toBeUndefined();
  });

  it('is refused where it holds what was made of others, with both names', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'models.json'), JSON.stringify({ weights: random }));

    await expect(demandSameWeights(folder, lite0)).rejects.toThrow(
      `${folder} holds what was made of other weights: random weights, and these are weights of lite0`,
    );
  });
});
