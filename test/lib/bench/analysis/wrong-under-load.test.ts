import { wrongUnderLoadOf } from '../../../../lib/bench/analysis/wrong-under-load.ts';
import { faultFigures } from '../../../support/fault-figures.ts';
import {
  completedMeasurement,
  evenLoad,
  planMeasurement,
  recordedTargets,
} from '../../../support/recorded-run.ts';

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
      { target: torchserve, engine: 'onnx', wrongAnswers: 3, notUnderstood: 4 },
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
