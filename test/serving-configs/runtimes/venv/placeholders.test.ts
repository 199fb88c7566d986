import { fillIn } from '../../../../serving-configs/runtimes/venv/placeholders.ts';

describe('placeholders', () => {
  it('are replaced by the values of a run, and other braces stay', () => {
    const values = { model: 'resnet-50', shape: '1,3,224,224', 'port:metrics': '8082' };
    const text =
      '{"name": "{model}", "shape": [{shape}], "port": {port:metrics}, "nested": {"a": {}}}';

    expect(JSON.parse(fillIn(text, values))).toEqual({
      name: 'resnet-50',
      shape: [1, 3, 224, 224],
      port: 8082,
      nested: { a: {} },
    });
  });
});
