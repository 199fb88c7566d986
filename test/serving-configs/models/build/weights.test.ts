import { chooseWeights } from '../../../../serving-configs/models/build/weights.ts';
import { sha256Of } from '../../../../serving-configs/models/built-folder.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';
import { fileServer } from '../file-server.ts';
import { madeUpStateDict, writtenStateDict } from '../resnet50/made-up-state-dict.ts';
import { zipTorchFile } from '../torch-file/torch-writer.ts';

jest.setTimeout(180_000);

const temporaryFolder = useTemporaryFolders();
const { serve } = fileServer();

it('The published weights of the ResNet-50 are fetched and built once', async () => {
  const bytes = zipTorchFile(writtenStateDict(madeUpStateDict()));
  const { url, requests } = await serve((response) => response.end(bytes));
  const published = { url, sizeBytes: bytes.length, sha256: sha256Of(bytes) };
  const progress: number[] = [];
  const cache = temporaryFolder();
  const choose = () =>
    chooseWeights('published', cache, {
      python: '/no/python',
      published,
      onProgress: (received) => progress.push(received),
    });
  const [first, second] = [await choose(), await choose()];

  expect(first).toMatchObject({
    name: 'published',
    title: 'ResNet-50, weights IMAGENET1K_V1 of torchvision',
    trained: true,
  });
  expect(second.sha256).toBe(first.sha256);
  expect(requests).toHaveLength(1);
  expect(progress.at(-1)).toBe(bytes.length);
});
