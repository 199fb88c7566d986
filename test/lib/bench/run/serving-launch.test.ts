import { weightsTrainedOf } from '../../../../lib/bench/run/serving-launch.ts';

describe('The fact whether weights on this machine are trained', () => {
  it.each([
    ['the user’s model', '/models/own.onnx', true],
    ['random weights', undefined, false],
  ])('is known of platforms from packages, with %s', (_, file, trained) => {
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
  ])('is known of containers if it is known of their models: %s', (trained, known) => {
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
