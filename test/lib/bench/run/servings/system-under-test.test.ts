import { weightsTrainedOf } from '../../../../../lib/bench/run/servings/system-under-test.ts';

describe('Whether the weights of a serving are trained', () => {
  it.each([
    ['the user’s model', { onnx: '/models/own.onnx' }, true],
    ['random weights', undefined, false],
  ])('is known for platforms from packages with %s', (_, modelFiles, trained) => {
    expect(
      weightsTrainedOf({ runtime: 'venv', settings: { modelFiles } }, ['flask', 'mms']),
    ).toEqual({
      flask: trained,
      mms: trained,
    });
  });

  it('is left to the simulated server, which reports it in every answer', () => {
    expect(weightsTrainedOf({ runtime: 'simulated', settings: {} }, ['flask'])).toEqual({});
  });

  it.each([
    [true, { flask: true }],
    [false, { flask: false }],
    [undefined, {}],
  ])('is known for containers if it is known for their models: %s', (trained, known) => {
    expect(
      weightsTrainedOf(
        { runtime: 'docker', settings: { modelFiles: { onnx: '/models/own.onnx', trained } } },
        ['flask'],
      ),
    ).toEqual(known);
  });
});
