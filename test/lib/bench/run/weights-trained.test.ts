import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { weightsTrainedOf } from '../../../../lib/bench/run/weights-trained.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';

const newFolder = useTemporaryFolders();

describe('what is known of the weights behind the servings of this machine', () => {
  it.each([
    ['a model of one’s own', '/models/own.onnx', true],
    ['seeded weights', undefined, false],
  ])('is told for platforms from packages, with %s', async (_, file, trained) => {
    expect(await weightsTrainedOf({ kind: 'venv' }, ['flask', 'mms'], file)).toEqual({
      flask: trained,
      mms: trained,
    });
  });

  it('is left to the reference serving, which says it in every answer', async () => {
    expect(await weightsTrainedOf({ kind: 'reference' }, ['flask'], undefined)).toEqual({});
  });

  it.each([
    ['trained', '{"weights":{"trained":true}}', { flask: true }],
    ['seeded', '{"weights":{"trained":false}}', { flask: false }],
    ['in another form', '{"weights":"mine"}', {}],
    ['cut off', '{"weights":', {}],
  ])('is read from the record of the models that containers get: %s', async (_, text, known) => {
    const models = newFolder();
    writeFileSync(join(models, 'models.json'), text);

    expect(
      await weightsTrainedOf({ kind: 'docker', images: {}, models }, ['flask'], undefined),
    ).toEqual(known);
  });

  it('is nothing where containers get models without a record', async () => {
    const models = newFolder();

    expect(
      await weightsTrainedOf({ kind: 'docker', images: {}, models }, ['flask'], undefined),
    ).toEqual({});
  });
});
