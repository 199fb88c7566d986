import { join } from 'node:path';
import type { Measurement } from '../model/measurement.ts';
import type { CheckedImage } from '../model/record.ts';
import { checkAnswers, type AnswerCheckRequest } from './answer-check.ts';
import type { DirectAnswers } from './direct.ts';
import { projectRoot } from './project-files.ts';

/** Images that decoders treat differently: one channel, four inks, one that only its metadata turns upright. */
export const oddImagesDir = join(projectRoot, 'k6', 'odd-images');

/** The null and the delaying engine look at no image. */
const looksAtImages = ({ engine }: Pick<Measurement, 'engine'>): boolean => engine === 'onnx';

/**
 * What a target answers to the odd images, against the direct computation. A difference is a finding about the serving, and
 * no reason not to measure it: none of them is in the data set of the load, unless its owner put one there.
 *
 * @param answers the right ones, of {@link oddImagesDir}
 * @returns undefined where nothing can be told
 */
export const checkOddImages = async (
  request: Omit<AnswerCheckRequest, 'imagesDir' | 'files' | 'expected'>,
  answers: DirectAnswers | undefined,
): Promise<readonly CheckedImage[] | undefined> => {
  if (answers === undefined || !looksAtImages(request)) return undefined;
  const { files } = answers;
  const expected = answers.topOf(request.target);
  const { images } = await checkAnswers({ ...request, imagesDir: oddImagesDir, files, expected });
  return images;
};
