import { weightsTrainedOf } from '../../../../lib/bench/run/serving-launch.ts';

describe('Whether the weights of a serving are trained', () => {
  it.each([
    ['the user’s model', '/models/own.onnx', true],
    ['random weights', undefined, false],
  ])('is known for platforms from packages with %s', (_, file, trained) => {
    expect(weightsTrainedOf({ kind: 'venv' }, ['flask', 'mms'], file)).toEqual({
      flask: trained,
      mms: trained,
    });
  });

  it('is left to the simulated server, which reports it in every answer', () => {
    expect(weightsTrainedOf({ kind: 'simulated' }, ['flask'], undefined)).toEqual({});
  });

  it.each([
    [true, { flask: true }],
    [false, { flask: false }],
    [undefined, {}],
  ])('is known for containers if it is known for their models: %s', (trained, known) => {
    const runtime = {
      kind: 'docker',
      images: {},
      models: '/m',
      accelerator: 'cpu',
      trained,
    } as const;

    expect(weightsTrainedOf(runtime, ['flask'], undefined)).toEqual(known);
  });
});
