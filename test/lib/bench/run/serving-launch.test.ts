import { weightsTrainedOf } from '../../../../lib/bench/run/serving-launch.ts';

describe('The knowledge whether weights on this machine are trained', () => {
  it.each([
    ['a model of one’s own', '/models/own.onnx', true],
    ['random weights', undefined, false],
  ])('is reported for platforms from packages, with %s', (_, file, trained) => {
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
  ])('is what is known of the models that containers read: %s', (trained, known) => {
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
