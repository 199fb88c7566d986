import type { Plan } from '../../../../lib/bench/model/plan.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/resolve-plan-options.ts';
import { statementOf } from '../../../../lib/bench/wording/statement.ts';
import { recordedRun, recordedTargets } from '../../../support/recorded-run.ts';

const { plan } = recordedRun();
const [target] = recordedTargets();
const trained = { ...plan.model, weights: 'trained', title: 'Small-Net, weights of x' } as const;
const engine = 'ONNX Runtime 1.32.0';

const servedBy = (text: string, real = true) => ({ platform: 'Some 1.0', engine: text, real });

const servedByAll = {
  torchserve: servedBy(engine),
  tfserving: servedBy(engine),
  triton_pytorch: servedBy(engine),
  triton_tensorflow: servedBy(engine),
};

const many = ['torchserve', 'triton_pytorch', 'flask', 'bentoml', 'mms'] as const;

describe('The first line of a run', () => {
  it.each<[string, Partial<Plan>, RegExp]>([
    [
      'that simulated APIs were compared on this machine',
      {},
      /^Compared: simulated APIs of 4 servings on this machine, all answered by ONNX Runtime; not the real servers\. Model: ResNet-50 with random weights; not trained, so its classes mean nothing\.$/,
    ],
    [
      'that simulated APIs were compared on node pairs',
      { where: 'aws' },
      /APIs of 4 servings on node pairs in AWS, .*; not the real servers\./,
    ],
    [
      'that containers were compared on node pairs',
      {
        where: 'aws',
        runtime: 'container',
        model: trained,
        targets: [target],
      },
      /^Compared: 1 serving in containers, all with one model, on node pairs in AWS\. Model: Small-Net, weights of x; trained\.$/,
    ],
    [
      'which images, base images and servers of containers are stand-ins',
      {
        runtime: 'docker',
        served: {
          torchserve: { ...servedBy('its container'), standIn: 'image' },
          tfserving: { ...servedBy('its container', false), standIn: 'image' },
          triton_pytorch: servedBy('its container'),
          triton_tensorflow: { ...servedBy('its container'), standIn: 'base image' },
        },
      },
      /; stand-ins for the images of: TorchServe, TensorFlow Serving; stand-ins for the base images of: Triton \(TensorFlow\); stand-ins for the servers of: TensorFlow Serving\. Model:/,
    ],
    [
      "only the name of a user's model, whose weights it does not know",
      { model: { ...trained, weights: 'given', title: 'two' } },
      / Model: two\.$/,
    ],
    [
      'that the no-op backend answered',
      { where: 'aws', runtime: 'container', options: resolvePlanOptions({ engine: 'noop' }) },
      /^Compared: simulated APIs of 4 servings .* answered by the no-op backend; not the real servers\.$/,
    ],
    [
      'that the middleware was configured as in the study',
      { options: resolvePlanOptions({ profile: 'study-rig' }) },
      /^Compared in the study’s configuration: simulated APIs of 4 servings/,
    ],
    [
      'the delay of the backend',
      { options: resolvePlanOptions({ engine: 'delay', delayMs: 15 }) },
      /all answered by a backend that takes 15 ms, one request at a time;/,
    ],
    [
      'the protocols unless all targets use REST',
      { targets: plan.targets.flatMap((rest) => [rest, { ...rest, protocol: 'grpc' }]) },
      /simulated APIs of 4 servings over REST and gRPC on this machine/,
    ],
    [
      'which platforms ran from packages, and their engine',
      { runtime: 'venv', served: servedByAll },
      /^Compared: real servers from packages \(TorchServe, TensorFlow Serving, Triton \(PyTorch\), Triton \(TensorFlow\)\) on this machine's CPU, computing with ONNX Runtime 1\.32\.0, 1 thread, 1 at a time\. Model:/,
    ],
    [
      'no threads of platforms from packages that have settings',
      {
        runtime: 'venv',
        served: servedByAll,
        targets: plan.targets.map((each) => ({ ...each, settings: 'default' as const })),
      },
      /, computing with ONNX Runtime 1\.32\.0\. Model:/,
    ],
    [
      'which platforms from packages are stand-ins',
      {
        runtime: 'venv',
        served: { ...servedByAll, tfserving: servedBy('TensorFlow 2.21.0', false) },
      },
      /\(TorchServe, Triton \(PyTorch\), Triton \(TensorFlow\)\).*; or with TensorFlow 2\.21\.0, 1 thread, 1 at a time; stand-ins for: TensorFlow Serving\./,
    ],
    [
      'only the number of platforms if there are many',
      {
        runtime: 'venv',
        targets: many.map((serving) => ({ ...target, serving })),
        served: Object.fromEntries(many.map((serving) => [serving, servedBy(engine)])),
      },
      /^Compared: the real servers of 5 servings, from packages on this machine's CPU/,
    ],
    [
      'that no real server ran if there are only stand-ins',
      {
        runtime: 'venv',
        targets: [target],
        served: { [target.serving]: servedBy(engine, false) },
      },
      /^Compared: no real server/,
    ],
  ])('says %s', (_, change, statement) => {
    expect(statementOf({ ...plan, ...change })).toMatch(statement);
  });
});
