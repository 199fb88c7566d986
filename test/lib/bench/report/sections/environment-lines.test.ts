import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import { environmentLines } from '../../../../../lib/bench/report/sections/environment-lines.ts';
import { publishedRun, studySeries } from '../../../../support/published-run.ts';

const settingOf = (protocol: 'rest' | 'grpc', profile: 'parity' | 'published'): unknown =>
  environmentLines(
    summarise(publishedRun(studySeries(protocol, 'cold'), undefined, { profile })),
  ).find(({ name }) => name === 'Middleware set')?.text;

describe('the environment of a run', () => {
  it('says how the plan set the middleware, for the servings that take part', () => {
    expect(settingOf('grpc', 'parity')).toBe(
      '1 process; one request at a time to Triton (PyTorch), Triton (TensorFlow); a new gRPC channel for each call to TorchServe, TensorFlow Serving; REST requests time out after 10 s; the middleware picks the images; clients send none',
    );
    expect(settingOf('rest', 'parity')).not.toContain('channel');
  });

  it('names the network and its weights before their file', () => {
    const run = publishedRun(studySeries('rest', 'warm'));
    const settings = { modelTitle: 'Small-Net, weights of x' };
    const summary = summarise({ ...run, plan: { ...run.plan, settings } });

    expect(environmentLines(summary).find(({ name }) => name === 'Model')?.text).toMatch(
      /^Small-Net, weights of x; (not )?trained/,
    );
  });

  it('says nothing of a middleware that the plan does not set', () => {
    expect(settingOf('rest', 'published')).toBeUndefined();
  });
});
