import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createJudge } from '../../../../lib/bench/run/answer-judge.ts';
import { correctByOutputs, type TensorAnswers } from '../../../../lib/bench/run/compare-outputs.ts';
import type { AnswerCheck } from '../../../../lib/bench/model/record.ts';
import type { Engine, Target } from '../../../../lib/bench/model/measurement.ts';
import { listenHttp } from '../../../support/http-server.ts';
import { scoresBody } from '../../../support/tensor-bodies.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const target: Target = {
  serving: 'flask',
  protocol: 'rest',
  payload: 'tensors',
  encoding: 'binary',
};
const checks: TensorAnswers['checks'] = {
  scores: { check: 'allclose', rtol: 0.01, atol: 0 },
};

/** Two requests, `1` and `2`, whose correct answers are [1, 0] and [2, 1]. */
const judgeOf = (how: Partial<TensorAnswers> = {}) => {
  const [requestsDir, answersDir] = [newFolder(), newFolder()];
  const files = ['0001.tensors', '0002.tensors'];
  for (const [index, file] of files.entries()) {
    writeFileSync(path.join(requestsDir, file), String(index + 1));
    writeFileSync(path.join(answersDir, file), scoresBody([index + 1, index]));
  }
  return {
    answersDir,
    judge: createJudge(correctByOutputs({ files, requestsDir, answersDir, checks, ...how })),
  };
};

/** Checks a target behind a middleware that answers with this function. */
const checkAgainst = async (
  answer: (request: string) => Buffer,
  engine: Engine = 'onnx',
  how: Partial<TensorAnswers> = {},
): Promise<AnswerCheck> => {
  const server = await listenHttp((_, response, body) => response.end(answer(body.toString())));
  return judgeOf(how).judge.check({
    target,
    engine,
    middlewareUrl: server.url,
    timeoutMs: 60_000,
    signal: new AbortController().signal,
  });
};

describe('The judge of named tensors', () => {
  it('passes a target that gives each request its correct answer', async () => {
    const check = await checkAgainst((text) => scoresBody([Number(text), Number(text) - 1]));

    expect(check).toMatchObject({ state: 'passed', images: [], target, engine: 'onnx' });
    expect(check.tensors).toMatchObject([
      { file: '0001.tensors', outputs: [{ output: 'scores', passed: true }] },
      { file: '0002.tensors', outputs: [{ output: 'scores', passed: true }] },
    ]);
  });

  it('fails a target that mixes up requests, and says where and by how much', async () => {
    const check = await checkAgainst(() => scoresBody([1, 0]));

    expect(check).toMatchObject({
      state: 'failed',
      fault: 'wrong-answer',
      reason: expect.stringMatching(
        /^1 of 2 .* 0002\.tensors: .*"scores" at \[0,1\].*\b0\b.*\b1\b/,
      ) as unknown,
    });
  });

  it('calls classes by their labels', async () => {
    const check = await checkAgainst(() => scoresBody([0, 9]), 'onnx', {
      checks: { scores: { check: 'top1' } },
      labels: { output: 'scores', names: ['cat', 'dog'] },
    });

    expect(check.tensors?.[0]?.outputs?.[0]?.worst).toMatchObject({
      expected: '0 (cat)',
      answered: '1 (dog)',
    });
  });

  it('expects the answer to the first request from an engine that computes nothing', async () => {
    expect(await checkAgainst(() => scoresBody([1, 0]), 'noop')).toMatchObject({
      state: 'passed',
    });
    const { judge, answersDir } = judgeOf();
    const [first, second] = ['0001.tensors', '0002.tensors'].map((file) =>
      path.join(answersDir, file),
    );

    expect(judge.expect({ target, engine: 'noop' }, undefined)).toEqual({
      answers: [first, first],
      checks,
    });
    expect(judge.expect({ target, engine: 'onnx' }, undefined)).toEqual({
      answers: [first, second],
      checks,
    });
  });

  it('fails a target that does not answer, or with no tensors, and says why', async () => {
    const noTensors = await checkAgainst(() => Buffer.from('hello'));
    const gone = await judgeOf().judge.check({
      target,
      engine: 'onnx',
      middlewareUrl: 'http://127.0.0.1:9',
      timeoutMs: 60_000,
      signal: new AbortController().signal,
    });

    expect(noTensors).toMatchObject({ state: 'failed', fault: 'not-understood' });
    expect(noTensors.tensors?.[0]?.error).toContain('JSON');
    expect(gone).toMatchObject({
      state: 'failed',
      fault: 'no-answer',
      reason: expect.stringContaining('2 of 2'),
    });
  });
});
