import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createTensorCheck } from '../../../../lib/bench/load/recorder.ts';
import { scoresBody } from '../../../support/tensor-bodies.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const checkOf = (...answers: readonly (readonly number[])[]) => {
  const folder = newFolder();
  const files = answers.map((values, index) => {
    const file = path.join(folder, `${index}.tensors`);
    writeFileSync(file, scoresBody(values));
    return file;
  });
  return createTensorCheck({
    answers: files,
    checks: { scores: { check: 'allclose', rtol: 0.01, atol: 0 } },
  });
};

describe('The check of named tensors under load', () => {
  it('accepts an answer that equals the expected one, or differs by no more than the check allows', () => {
    const isCorrect = checkOf([1, 2], [3, 4]);

    expect(isCorrect(scoresBody([1, 2]), 0)).toBe(true);
    expect(isCorrect(scoresBody([1, 2.01]), 0)).toBe(true);
    expect(isCorrect(scoresBody([3, 4], 'json'), 1)).toBe(true);
  });

  it('refuses the answer to another request, other values, another shape, and anything that is not an answer', () => {
    const isCorrect = checkOf([1, 2], [3, 4]);

    expect(isCorrect(scoresBody([3, 4]), 0)).toBe(false);
    expect(isCorrect(scoresBody([1, 2.1]), 0)).toBe(false);
    expect(isCorrect(scoresBody([1, 2, 3]), 0)).toBe(false);
    // The same bytes.
    expect(isCorrect(scoresBody([1, 2], 'binary', [2, 1]), 0)).toBe(false);
    expect(isCorrect(Buffer.from('{"outputs":[]}'), 0)).toBe(false);
    expect(isCorrect(Buffer.from('ok'), 0)).toBe(false);
  });
});
