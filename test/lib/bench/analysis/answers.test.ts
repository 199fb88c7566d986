import {
  answerChecksOf,
  areCorrect,
  checkedOutputs,
  oddImagesOf,
  wrongUnderLoadOf,
} from '../../../../lib/bench/analysis/answers.ts';
import type { ComparedOutput } from '../../../../serving-configs/models/tensors/compare-tensors.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Target } from '../../../../lib/bench/model/measurement.ts';
import type { AnswerCheck, CheckedImage } from '../../../../lib/bench/model/record.ts';
import {
  passedCheck,
  recordedTargets,
  recordedRun,
  completedMeasurement,
  evenLoad,
  planMeasurement,
} from '../../../support/recorded-run.ts';
import { faultFigures } from '../../../support/fault-figures.ts';

const compared = (passed: boolean, relativeDifference: number): ComparedOutput => ({
  output: 'scores',
  check: 'allclose',
  passed,
  worst: { index: [0], expected: '1', answered: '2', relativeDifference },
});

describe('The answer check of a target that was checked again', () => {
  const [target] = recordedTargets();
  const passed = passedCheck(target);
  const failed = (fault: AnswerCheck['fault']): AnswerCheck => ({
    ...passed,
    state: 'failed',
    fault,
  });

  it.each([
    ['fails if an answer was wrong before', [failed('wrong-answer'), passed], 'failed'],
    ['fails if an answer was not understood before', [failed('not-understood'), passed], 'failed'],
    ['passes if there was no answer before', [failed('no-answer'), passed], 'passed'],
    ['fails if there is no answer now', [passed, failed('no-answer')], 'failed'],
    [
      'fails if another node pair got no answer',
      [
        { ...failed('no-answer'), pair: 1 },
        { ...passed, pair: 2 },
      ],
      'failed',
    ],
  ] as const)('%s', (_, checks, state) => {
    expect(answerChecksOf(checks, {})).toMatchObject([{ state }]);
  });

  it('has the gravest fault of all node pairs', () => {
    const checks = [
      { ...failed('no-answer'), pair: 1 },
      { ...failed('wrong-answer'), pair: 2 },
    ];

    expect(answerChecksOf(checks, {})).toMatchObject([{ fault: 'wrong-answer' }]);
  });
});

describe('The outputs of a target', () => {
  it('are each represented by the answer that differs most, wrong answers first', () => {
    const outputs = checkedOutputs([
      { file: 'a', outputs: [compared(true, 0.5)] },
      { file: 'b', outputs: [compared(false, 0.1)] },
      { file: 'c', outputs: [compared(true, 0.2)] },
      { file: 'd', error: '502' },
    ]);

    expect(outputs).toMatchObject([{ output: 'scores', file: 'b', correct: 2 }]);
  });

  it('are correct if all of them pass and there is no error', () => {
    expect(areCorrect({ file: 'a', outputs: [compared(true, 0), compared(true, 0)] })).toBe(true);
    expect(areCorrect({ file: 'a', outputs: [compared(true, 0), compared(false, 1)] })).toBe(false);
    expect(areCorrect({ file: 'a', error: 'gone' })).toBe(false);
  });
});

const targets = recordedTargets();
const [first, second] = targets;

const grey: CheckedImage = { file: 'grey.jpg', expectedClass: 7, answeredClass: 7 };
const refused: CheckedImage = { file: 'grey.jpg', expectedClass: 7, error: '500 cannot decode' };
const sideways: CheckedImage = { file: 'sideways.jpg', expectedClass: 281, answeredClass: 281 };
const notTurned: CheckedImage = {
  ...sideways,
  answeredClass: 5,
  difference: { class: 281, expected: 0.6, answered: 0.1 },
};

const check = (target: Target, odd?: readonly CheckedImage[]): AnswerCheck => ({
  ...passedCheck(target),
  ...(odd === undefined ? {} : { odd }),
});

describe('Images that decoders treat differently', () => {
  it('show how many targets agree with the direct computation, and what the others answer', () => {
    const records = [check(second, [refused, notTurned]), check(first, [grey, sideways])];

    expect(oddImagesOf(records, {})).toEqual([
      { file: 'grey.jpg', alike: 1, unlike: [{ target: second, answer: refused }] },
      {
        file: 'sideways.jpg',
        alike: 1,
        unlike: [{ target: second, answer: notTurned }],
      },
    ]);
  });

  it('have the last answer of a target that was checked again', () => {
    const records = [check(first, [refused]), check(first, [grey])];

    expect(oddImagesOf(records, {})).toEqual([{ file: 'grey.jpg', alike: 1, unlike: [] }]);
  });

  it('are absent if none were sent', () => {
    expect(oddImagesOf([check(first)], {})).toEqual([]);
    expect(summarise(recordedRun()).oddImages).toBeUndefined();
  });
});

const [torchserve, tfserving] = recordedTargets();

describe('The wrong answers of a run under load', () => {
  it('are counted by target over all loads, trials of searches included', () => {
    const measured = completedMeasurement(
      planMeasurement({ target: torchserve }),
      evenLoad(10, 5, 1, { wrongAnswers: 2 }),
    );
    const trial = completedMeasurement(
      planMeasurement({
        target: torchserve,
        id: 'a search/a trial',
        level: { loop: 'open', ratePerSecond: 10, arrivals: 'poisson' },
      }),
      evenLoad(10, 5, 1, { wrongAnswers: 1, notUnderstood: 4 }),
    );
    const correct = completedMeasurement(
      planMeasurement({ target: tfserving }),
      evenLoad(10, 5, 1),
    );

    expect(wrongUnderLoadOf([measured, trial, correct])).toEqual([
      { target: torchserve, engine: 'onnx', wrongAnswers: 3, notUnderstood: 4, answers: 20 },
    ]);
  });

  it('do not include those of stability tests, whose faults may be the cause', () => {
    const test = completedMeasurement(
      planMeasurement({ target: torchserve }),
      evenLoad(10, 5, 1, { wrongAnswers: 2 }),
      { stability: faultFigures({}) },
    );

    expect(wrongUnderLoadOf([test])).toEqual([]);
  });
});
