import { statementOf } from '../../../../lib/bench/wording/statement.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/plan-options.ts';
import { recordedRun } from '../../../support/recorded-run.ts';

const { plan } = recordedRun();
const [target] = plan.targets;
if (target === undefined) throw new Error('no target');

const servedBy = (engine: string, real = true) => ({ platform: 'Some 1.0', engine, real });

describe('what is said of a run first', () => {
  it('is that APIs were simulated on this machine, and what answered', () => {
    expect(statementOf(plan)).toBe(
      'Compared: simulated APIs of 4 servings on this machine, all answered by ONNX Runtime; not the real servers. Model: ' +
        'ResNet-50 with random weights; not trained, so its classes mean nothing, but every target must give the same ones.',
    );
  });

  it('is the same of the simulated server on node pairs', () => {
    expect(statementOf({ ...plan, where: 'aws' })).toMatch(
      /APIs of 4 servings on node pairs in AWS, .*; not the real servers\./,
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
      'Compared: 1 serving in containers, all with one model, on node pairs in AWS. Model: Small-Net, weights of x; trained.',
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
        'Triton (TensorFlow); stand-ins for the servers of: TensorFlow Serving. Model:',
    );
  });

  it('names the file of a model whose network nobody told', () => {
    const model = { ...plan.model, file: '/home/me/own.onnx', trained: true };

    expect(statementOf({ ...plan, model })).toContain(' Model: own.onnx; trained.');
  });

  it('claims no platform where the no-op backend of the simulated server answered', () => {
    const options = resolvePlanOptions({ engine: 'noop' });

    expect(statementOf({ ...plan, where: 'aws', runtime: 'container', options })).toMatch(
      /^Compared: simulated APIs of 4 servings .* answered by the no-op backend; not the real servers\.$/,
    );
  });

  it('is that the middleware was set as that of the study', () => {
    const options = resolvePlanOptions({ profile: 'parity' });

    expect(statementOf({ ...plan, options })).toMatch(
      /^Compared in the study’s configuration: simulated APIs of 4 servings/,
    );
  });

  it('is how long an engine took that computed nothing', () => {
    const options = resolvePlanOptions({ engine: 'delay', delayMs: 15 });

    expect(statementOf({ ...plan, options })).toContain(
      'all answered by a backend that takes 15 ms, one request at a time;',
    );
  });

  it('names the protocols where not all is REST', () => {
    const targets = plan.targets.flatMap((one) => [one, { ...one, protocol: 'grpc' as const }]);

    expect(statementOf({ ...plan, targets })).toContain(
      'simulated APIs of 4 servings over REST and gRPC on this machine',
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
      'Compared: real servers from packages (TorchServe, TensorFlow Serving, Triton (PyTorch), Triton (TensorFlow)) on ' +
        "this machine's CPU, computing with ONNX Runtime 1.32.0, 1 thread, 1 at a time. Model: ResNet-50 with random " +
        'weights; not trained, so its classes mean nothing, but every target must give the same ones.',
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
      '1 thread, 1 at a time; or with TensorFlow 2.21.0; stand-ins for: TensorFlow Serving.',
    );
  });

  it('counts them where there are many', () => {
    const many = ['torchserve', 'triton_pytorch', 'flask', 'bentoml', 'mms'] as const;
    const targets = many.map((serving) => ({ ...target, serving }));
    const served = Object.fromEntries(many.map((serving) => [serving, servedBy(engine)]));

    expect(statementOf({ ...venv, targets, served })).toMatch(
      /^Compared: the real servers of 5 servings, from packages on this machine's CPU/,
    );
  });

  it('claims no platform where there are only stand-ins', () => {
    const served = { [target.serving]: servedBy(engine, false) };

    expect(statementOf({ ...venv, targets: [target], served })).toMatch(
      /^Compared: no real server/,
    );
  });
});
