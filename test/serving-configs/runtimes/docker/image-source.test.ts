import {
  imageSourceOf,
  registriesOf,
} from '../../../../serving-configs/runtimes/docker/image-source.ts';

const DEFAULTS = { images: {} };

describe('the registry that images on this machine come from', () => {
  it.each([
    [
      'flask',
      ['example.com/mirror/library/python:3.11-slim-bookworm', 'other:1'],
      ['example.com/mirror'],
    ],
    ['cortex', ['example.com/library/python:3.11-slim-bookworm'], ['example.com']],
    ['triton_onnx', ['a:5000/nvidia/tritonserver:25.02-py3', 'a:5000/tritonserver'], ['a:5000']],
    ['torchserve', ['pytorch/torchserve:0.12.0-cpu'], []],
  ])('is found by the official images and base images: %s', (serving, names, registries) => {
    const source = imageSourceOf(serving, 'cpu', DEFAULTS);

    expect(source && registriesOf(source, names)).toEqual(registries);
  });
});

describe('the source of the image of a container', () => {
  it.each([
    ['cpu', 'pytorch/torchserve:0.12.0-cpu'],
    ['gpu', 'pytorch/torchserve:0.12.0-gpu'],
  ] as const)('is the official image for a %s', (accelerator, name) => {
    expect(imageSourceOf('torchserve', accelerator, DEFAULTS)).toEqual({ kind: 'pull', name });
  });

  it('is undefined if there is no official image for the accelerator', () => {
    expect(imageSourceOf('triton_tensorrt', 'cpu', DEFAULTS)).toBeUndefined();
    expect(imageSourceOf('ovms', 'gpu', DEFAULTS)).toBeUndefined();
  });

  it('is the registry of the user for all images, with their original names', () => {
    const choice = { images: {}, registry: 'registry.example.com/mirror' };

    expect(imageSourceOf('torchserve', 'cpu', choice)?.name).toBe(
      'registry.example.com/mirror/pytorch/torchserve:0.12.0-cpu',
    );
    expect(imageSourceOf('triton_onnx', 'cpu', choice)?.name).toBe(
      'registry.example.com/mirror/nvidia/tritonserver:25.02-py3',
    );
    expect(imageSourceOf('flask', 'cpu', choice)).toMatchObject({
      bases: {
        PYTHON_IMAGE: {
          name: expect.stringMatching(
            /^registry\.example\.com\/mirror\/library\/python:/,
          ) as string,
        },
      },
    });
  });

  it('is the image that the user names, by tag or digest', () => {
    const choice = { images: { flask: 'example/mine:1' } };

    expect(imageSourceOf('flask', 'cpu', choice)).toEqual({ kind: 'pull', name: 'example/mine:1' });
  });

  it('is a build with one Dockerfile for both accelerators, with different names', () => {
    const [cpu, gpu] = (['cpu', 'gpu'] as const).map((accelerator) =>
      imageSourceOf('flask', accelerator, DEFAULTS),
    );

    expect(cpu).toMatchObject({
      kind: 'build',
      name: expect.stringMatching(/^serving-compare\/flask:cpu-[0-9a-f]{12}$/) as string,
      arguments: { ACCELERATOR: 'cpu', PLATFORM: 'flask' },
    });
    expect(gpu).toMatchObject({
      name: expect.stringMatching(/^serving-compare\/flask:gpu-[0-9a-f]{12}$/) as string,
      dockerfile: cpu?.kind === 'build' ? cpu.dockerfile : '',
    });
  });

  it('has another name if it is built from other files', () => {
    const [flask, kserve] = ['flask', 'kserve'].map((serving) =>
      imageSourceOf(serving, 'cpu', DEFAULTS),
    );

    expect(flask?.name.split(':')[1]).not.toBe(kserve?.name.split(':')[1]);
    expect(imageSourceOf('flask', 'cpu', DEFAULTS)).toEqual(flask);
  });

  it('is a build on the image of another serving if its Dockerfile needs that', () => {
    expect(imageSourceOf('cortex', 'cpu', DEFAULTS)).toMatchObject({
      kind: 'build',
      bases: { APPLICATION_IMAGE: imageSourceOf('flask', 'cpu', DEFAULTS) },
    });
  });
});
