import { join } from 'node:path';
import type { Cell } from '../model/cell.ts';
import type { CheckedImage } from '../model/record.ts';
import { checkAnswers, type AnswerCheckRequest } from './answer-check.ts';
import type { DirectAnswers } from './direct.ts';
import { projectRoot } from './project-files.ts';

/** Pictures that decoders treat differently: one channel, four inks, one that only its metadata turns upright. */
export const oddImagesDir = join(projectRoot, 'k6', 'odd-images');

/** The null and the delaying engine look at no picture. */
const looksAtPictures = ({ engine }: Pick<Cell, 'engine'>): boolean => engine === 'onnx';

/**
 * What a path answers to the odd pictures, against the direct computation. A difference is a finding about the serving, and
 * no reason not to measure it: none of them is in the data set of the load, unless its owner put one there.
 *
 * @param answers the right ones, of {@link oddImagesDir}
 * @returns undefined where nothing can be told
 */
export const checkOddPictures = async (
  request: Omit<AnswerCheckRequest, 'imagesDir' | 'files' | 'expected'>,
  answers: DirectAnswers | undefined,
): Promise<readonly CheckedImage[] | undefined> => {
  if (answers === undefined || !looksAtPictures(request)) return undefined;
  const { files } = answers;
  const expected = answers.topOf(request.path);
  const { images } = await checkAnswers({ ...request, imagesDir: oddImagesDir, files, expected });
  return images;
};
