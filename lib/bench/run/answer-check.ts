import { join } from 'node:path';
import type { Engine, Path } from '../plan/cell.ts';
import type { AnswerCheck } from '../results/record.ts';
import { infer, inferUrl } from './infer.ts';

export interface AnswerCheckRequest {
  readonly path: Path;
  readonly engine: Engine;
  readonly middlewareUrl: string;
  readonly imagesDir: string;
  readonly files: readonly string[];
  /** The right class of each file. */
  readonly expected: readonly number[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const reasonOf = (images: AnswerCheck['images']): string | undefined => {
  const wrong = images.filter((image) => image.answeredClass !== image.expectedClass);
  const [first] = wrong;
  if (first === undefined) return undefined;
  const got =
    first.error === undefined
      ? `class ${first.answeredClass} instead of ${first.expectedClass}`
      : first.error;
  return `${wrong.length} of ${images.length} images without the right answer, first ${first.file}: ${got}`;
};

/** Sends every image through a path, one after the other, and compares the best class with the right one. */
export const checkAnswers = async (request: AnswerCheckRequest): Promise<AnswerCheck> => {
  const { path, engine, files, expected } = request;
  const url = inferUrl(request.middlewareUrl, path);
  const images: AnswerCheck['images'][number][] = [];
  let trained = false;
  for (const [index, file] of files.entries()) {
    request.signal.throwIfAborted();
    const expectedClass = expected[index] ?? -1;
    const outcome = await infer(url, join(request.imagesDir, file), request.timeoutMs);
    if (outcome.ok) {
      ({ trained } = outcome);
      images.push({ file, expectedClass, answeredClass: outcome.topClass });
    } else {
      images.push({ file, expectedClass, error: outcome.error });
    }
  }
  const reason = reasonOf(images);
  return {
    kind: 'check',
    path,
    engine,
    state: reason === undefined ? 'passed' : 'failed',
    trained,
    images,
    ...(reason === undefined ? {} : { reason }),
  };
};
