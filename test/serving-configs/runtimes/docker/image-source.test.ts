import { imageSourceOf } from '../../../../serving-configs/runtimes/docker/image-source.ts';

const DEFAULTS = { images: {} };

describe('where the image of a container comes from', () => {
  it.each([
    ['cpu', 'pytorch/torchserve:0.12.0-cpu'],
    ['gpu', 'pytorch/torchserve:0.12.0-gpu'],
  ] as const)('is what its makers publish for a %s', (accelerator, name) => {
    expect(imageSourceOf('torchserve', accelerator, DEFAULTS)).toEqual({ kind: 'pull', name });
  });

  it('is nothing where its makers publish none that computes there', () => {
    expect(imageSourceOf('triton_tensorrt', 'cpu', DEFAULTS)).toBeUndefined();
    expect(imageSourceOf('ovms', 'gpu', DEFAULTS)).toBeUndefined();
  });

  it('is a registry of one’s own for all of them, with the names that they have in others', () => {
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
          name: expect.stringMatching(/^registry\.example\.com\/mirror\/python:/) as string,
        },
      },
    });
  });

  it('is what the user names, by tag or digest', () => {
    const choice = { images: { flask: 'example/mine:1' } };

    expect(imageSourceOf('flask', 'cpu', choice)).toEqual({ kind: 'pull', name: 'example/mine:1' });
  });

  it('is a build with one Dockerfile for both accelerators, under names that tell them apart', () => {
    const [cpu, gpu] = (['cpu', 'gpu'] as const).map((one) =>
      imageSourceOf('flask', one, DEFAULTS),
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

  it('has another name for what is made from other files', () => {
    const [flask, kserve] = ['flask', 'kserve'].map((one) => imageSourceOf(one, 'cpu', DEFAULTS));

    expect(flask?.name.split(':')[1]).not.toBe(kserve?.name.split(':')[1]);
    expect(imageSourceOf('flask', 'cpu', DEFAULTS)).toEqual(flask);
  });

  it('is built on the image of another serving where its Dockerfile wants that', () => {
    expect(imageSourceOf('cortex', 'cpu', DEFAULTS)).toMatchObject({
      kind: 'build',
      bases: { APPLICATION_IMAGE: imageSourceOf('flask', 'cpu', DEFAULTS) },
    });
  });
});
