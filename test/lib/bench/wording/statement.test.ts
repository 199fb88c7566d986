import { statementOf } from '../../../../lib/bench/wording/statement.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/plan-options.ts';
import { recordedRun } from '../../../support/recorded-run.ts';

const { plan } = recordedRun();
const [target] = plan.targets;
if (target === undefined) throw new Error('no target');

const servedBy = (engine: string, real = true) => ({ platform: 'Some 1.0', engine, real });

describe('what is said of a run first', () => {
  it('is that one engine was measured behind protocols, on this machine', () => {
    expect(statementOf(plan)).toBe(
      'Compared: one engine (ONNX Runtime) behind four protocols on this machine, not the platforms themselves; ' +
        'the model is ResNet-50 with random weights; trained: false, so classes only show that every target computes the same.',
    );
  });

  it('is the same of the simulated server on node pairs', () => {
    expect(statementOf({ ...plan, where: 'aws' })).toMatch(
      /behind four protocols on node pairs in AWS, not the platforms themselves;/,
    );
  });

  it('is that the platforms were measured where their containers ran', () => {
    const model = { ...plan.model, trained: true };
    const settings = { modelTitle: 'Small-Net, weights of x' };

    expect(
      statementOf({
        ...plan,
        where: 'aws',
        runtime: 'container',
        model,
        settings,
        targets: [target],
      }),
    ).toBe(
      'Compared: one platform in its container, with its artefact of one model, on node pairs in AWS; the model is ' +
        'Small-Net, weights of x; the weights are trained.',
    );
  });

  it('says which images, base images and servers of containers are stand-ins', () => {
    const served = {
      torchserve: { ...servedBy('its container'), standIn: 'image' as const },
      tfserving: { ...servedBy('its container', false), standIn: 'image' as const },
      triton_pytorch: servedBy('its container'),
      triton_tensorflow: { ...servedBy('its container'), standIn: 'base image' as const },
    };

    expect(statementOf({ ...plan, runtime: 'docker', served })).toContain(
      'on this machine; stand-ins for the images of: TorchServe, TensorFlow Serving; stand-ins for the base images of: ' +
        'Triton (TensorFlow); stand-ins for the servers of: TensorFlow Serving; the model is',
    );
  });

  it('names the file of a model whose network nobody told', () => {
    const model = { ...plan.model, file: '/home/me/own.onnx', trained: true };

    expect(statementOf({ ...plan, model })).toContain('; the model is own.onnx; the weights are');
  });

  it('claims no platform where the no-op backend of the simulated server answered', () => {
    const options = resolvePlanOptions({ engine: 'noop' });

    expect(statementOf({ ...plan, where: 'aws', runtime: 'container', options })).toMatch(
      /^Compared: one engine \(a fixed answer, nothing is computed\).*not the platforms themselves; trained: /,
    );
  });

  it('is that the middleware was set as that of the study', () => {
    const options = resolvePlanOptions({ profile: 'parity' });

    expect(statementOf({ ...plan, options })).toMatch(
      /^Compared in the study’s configuration: one engine \(ONNX Runtime\) behind/,
    );
  });

  it('is how long an engine took that computed nothing', () => {
    const options = resolvePlanOptions({ engine: 'delay', delayMs: 15 });

    expect(statementOf({ ...plan, options })).toContain(
      'one engine (a fixed answer after 15 ms, one request at a time, nothing is computed) behind',
    );
  });

  it('names the protocols where not all is REST', () => {
    const targets = plan.targets.flatMap((one) => [one, { ...one, protocol: 'grpc' as const }]);

    expect(statementOf({ ...plan, targets })).toContain(
      'behind the protocols of four servings over REST and gRPC on this machine, not the platforms',
    );
  });
});

describe('what is said first of a run with the platforms from packages', () => {
  const venv = { ...plan, runtime: 'venv' as const };
  const engine = 'ONNX Runtime 1.32.0, 1 thread, 1 at a time';

  it('is which platforms these are and what computes', () => {
    const served = {
      torchserve: servedBy(engine),
      tfserving: servedBy(engine),
      triton_pytorch: servedBy(engine),
      triton_tensorflow: servedBy(engine),
    };

    expect(statementOf({ ...venv, served })).toBe(
      'Compared: the real platforms from their packages (TorchServe, TensorFlow Serving, Triton (PyTorch), Triton ' +
        "(TensorFlow)) on this machine's CPU, computing with ONNX Runtime 1.32.0, 1 thread, 1 at a time; the model is ResNet-50 with random weights; trained: false, so classes " +
        'only show that every target computes the same.',
    );
  });

  it('is which of them are stand-ins, and not the platform', () => {
    const served = {
      torchserve: servedBy(engine),
      tfserving: servedBy('TensorFlow 2.21.0', false),
      triton_pytorch: servedBy(engine),
      triton_tensorflow: servedBy(engine),
    };
    const said = statementOf({ ...venv, served });

    expect(said).toContain('(TorchServe, Triton (PyTorch), Triton (TensorFlow))');
    expect(said).toContain(
      '1 thread, 1 at a time; or with TensorFlow 2.21.0; stand-ins for: TensorFlow Serving;',
    );
  });

  it('counts them where there are many', () => {
    const many = ['torchserve', 'triton_pytorch', 'flask', 'bentoml', 'mms'] as const;
    const targets = many.map((serving) => ({ ...target, serving }));
    const served = Object.fromEntries(many.map((serving) => [serving, servedBy(engine)]));

    expect(statementOf({ ...venv, targets, served })).toMatch(
      /^Compared: the real platforms of five servings from their packages on this machine's CPU/,
    );
  });

  it('claims no platform where there are only stand-ins', () => {
    const served = { [target.serving]: servedBy(engine, false) };

    expect(statementOf({ ...venv, targets: [target], served })).toMatch(
      /^Compared: no platform itself/,
    );
  });
});
