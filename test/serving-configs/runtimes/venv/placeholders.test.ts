import { settingValues, SINGLE } from '../../../../serving-configs/settings.ts';
import { fillIn, fillInLines } from '../../../../serving-configs/runtimes/venv/placeholders.ts';

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

  it.each([
    ['one request at a time', SINGLE, 'one\nworkers=1\nend'],
    [
      'batches',
      { instances: 2, threads: 1, maxBatch: 8, batchDelayMs: 2.5 },
      'several\nworkers=2\nbatch=8 for 2.5 ms, 2500 us, 0.0025 s\nend',
    ],
    ['the defaults of the product', 'default', 'end'],
  ] as const)('of settings that do not apply remove their line: %s', (_, settings, expected) => {
    const text =
      '{ifOneInstance}one\n{ifInstances}several\nworkers={instances}\nbatch={maxBatch} for {delayMs} ms, {delayUs} us, {delaySeconds} s\nend';

    expect(fillInLines(text, settingValues(settings))).toBe(expected);
  });
});
