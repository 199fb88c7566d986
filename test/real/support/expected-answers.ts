import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { payloadsOf, type ServingName } from '../../../serving-configs/index.ts';
import type { DirectDocument } from '../../../serving-configs/reference/direct-answers.ts';
import { runScript } from '../../serving-configs/reference/reference-process.ts';
import { imagesDir } from '../../support/middleware.ts';

export interface Scored {
  readonly class: number;
  readonly score: number;
}

/** What each payload of a serving must answer for the picture, computed without any serving. */
export const expectedAnswers = async (
  serving: ServingName,
): Promise<ReadonlyMap<string, Scored[]>> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'real-'));
  try {
    await copyFile(path.join(imagesDir, 'cat.jpg'), path.join(folder, 'cat.jpg'));
    const targets = payloadsOf(serving).map((payload) => ({ serving, payload }));
    const { stdout, stderr } = await runScript('direct.ts', [
      '--images',
      folder,
      '--targets',
      JSON.stringify(targets),
    ]);
    if (stdout === '') throw new Error(`nothing was computed: ${stderr}`);
    const { answers } = JSON.parse(stdout) as DirectDocument;
    return new Map(answers.map(({ payload, images }) => [payload, [...(images[0]?.top ?? [])]]));
  } finally {
    await rm(folder, { recursive: true });
  }
};
