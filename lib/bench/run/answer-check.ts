import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../errors.ts';
import type { Engine, Path } from '../plan/cell.ts';
import type { AnswerCheck } from '../results/record.ts';
import { inferUrl, mediaTypeOf } from './infer-url.ts';

export interface AnswerCheckOptions {
  readonly path: Path;
  readonly engine: Engine;
  readonly middlewareUrl: string;
  readonly imagesFolder: string;
  readonly files: readonly string[];
  /** The right class of each file. */
  readonly expected: readonly number[];
  readonly trained: boolean;
  readonly timeoutMs: number;
}

interface Answer {
  readonly top?: readonly { readonly class: number }[];
  readonly code?: string;
  readonly message?: string;
}

type CheckedImage = AnswerCheck['images'][number];

const checkImage = async (
  options: AnswerCheckOptions,
  file: string,
  expectedClass: number,
): Promise<CheckedImage> => {
  try {
    const response = await fetch(inferUrl(options.middlewareUrl, options.path), {
      method: 'POST',
      headers: { 'content-type': mediaTypeOf(file) ?? 'application/octet-stream' },
      body: await readFile(path.join(options.imagesFolder, file)),
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    const answer = (await response.json()) as Answer;
    const answeredClass = answer.top?.[0]?.class;
    return answeredClass === undefined
      ? { file, expectedClass, error: `${response.status} ${answer.code}: ${answer.message}` }
      : { file, expectedClass, answeredClass };
  } catch (error) {
    return { file, expectedClass, error: messageOf(error) };
  }
};

const reasonOf = (images: readonly CheckedImage[]): string | undefined => {
  const wrong = images.filter(
    ({ answeredClass, expectedClass }) => answeredClass !== expectedClass,
  );
  const [first] = wrong;
  if (first === undefined) return undefined;
  const what = first.error ?? `class ${first.answeredClass} instead of ${first.expectedClass}`;
  return `${wrong.length} of ${images.length} pictures are answered wrongly, first ${first.file}: ${what}`;
};

/**
 * Sends every picture of the data set through a path, one after the other, and compares the best class with that of the
 * direct computation. A path that fails is not timed: a wrong answer is not a fast answer.
 */
export const checkAnswers = async (options: AnswerCheckOptions): Promise<AnswerCheck> => {
  const images: CheckedImage[] = [];
  for (const [index, file] of options.files.entries()) {
    images.push(await checkImage(options, file, options.expected[index] ?? -1));
  }
  const reason = reasonOf(images);
  return {
    kind: 'check',
    path: options.path,
    engine: options.engine,
    state: reason === undefined ? 'passed' : 'failed',
    trained: options.trained,
    images,
    ...(reason === undefined ? {} : { reason }),
  };
};
