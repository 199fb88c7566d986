import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { payloadsOf, type ServingName } from '../../../serving-configs/index.ts';
import type { DirectDocument } from '../../../serving-configs/reference/direct-answers.ts';
import { IMAGES } from '../../conformance/session.ts';
import type { ExpectedAnswers } from '../../conformance/target.ts';
import { imagesDir } from '../../support/middleware.ts';
import { runScript } from '../../support/run-script.ts';

/**
 * Computes the correct answers to the images for each payload of a serving.
 *
 * @param modelFile undefined: the random weights of the simulated server
 */
export const expectedAnswersOf = async (
  serving: ServingName,
  modelFile: string | undefined,
): Promise<ExpectedAnswers> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'real-'));
  try {
    for (const image of IMAGES) {
      await copyFile(path.join(imagesDir, image), path.join(folder, image));
    }
    const targets = payloadsOf(serving).map((payload) => ({ serving, payload }));
    const { stdout, stderr } = await runScript('serving-configs/reference/direct.ts', [
      '--images',
      folder,
      '--targets',
      JSON.stringify(targets),
      ...(modelFile === undefined ? [] : ['--weights', modelFile]),
    ]);
    if (stdout === '') throw new Error(`nothing was computed: ${stderr}`);
    const { answers } = JSON.parse(stdout) as DirectDocument;
    return (payload, image) =>
      answers
        .find((answer) => answer.payload === payload)
        ?.images.find(({ file }) => file === image)?.top ?? [];
  } finally {
    await rm(folder, { recursive: true });
  }
};
