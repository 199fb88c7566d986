import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  ownManifestOf,
  platformOf,
  RESNET50,
  servingNames,
} from '../../../../serving-configs/index.ts';
import type { OwnManifest } from '../../../../serving-configs/manifest.ts';
import { CLASSIFIER, type GivenModel } from '../../../../serving-configs/models/model.ts';
import { SINGLE, type Settings } from '../../../../serving-configs/settings.ts';
import { servedModelOf } from '../../../../serving-configs/models/served-model.ts';
import { dockerArguments } from '../../../../serving-configs/runtimes/docker/docker-arguments.ts';

const IMAGE = `example/one@sha256:${'a'.repeat(64)}`;
const PLATFORMS = path.resolve(import.meta.dirname, '../../../../serving-configs/platforms');

const PLACE = {
  image: IMAGE,
  accelerator: 'gpu',
  settings: SINGLE,
  modelsFolder: '/all-models',
  model: CLASSIFIER,
} as const;

/** The values of an option that may occur several times. */
const valuesOf = (args: readonly string[], option: string): readonly (string | undefined)[] =>
  args.flatMap((arg, index) => (arg === option ? [args[index + 1]] : []));

/** The value of SERVED_MODEL, which our application reads. */
const servedIn = (args: readonly string[]): unknown =>
  JSON.parse(
    valuesOf(args, '--env').flatMap((variable) => variable?.split('SERVED_MODEL=')[1] ?? [])[0] ??
      '',
  );

const endpoint = { payloads: { tensor: ['raw'] }, defaultPayload: 'tensor' } as const;

const manifest: OwnManifest = {
  ...ownManifestOf('torchserve', RESNET50),
  rest: { port: 8000, ...endpoint },
  health: { port: 8000, path: '/' },
  statistics: { port: 8002, path: '/statistics' },
  grpc: { port: 8001, ...endpoint },
  metrics: { port: 8002, path: '/' },
  container: {
    image: { official: { gpu: 'example/one:1' } },
    entrypoint: 'serve',
    command: ['--model', 'a b', '--workers={instances}', '--batch={maxBatch}'],
    commandOnCpu: ['--threads=1'],
    environment: { MODEL: 'one' },
    models: { folder: 'some', files: ['a'] },
    sharedMemory: '2g',
  },
};

/** The command of a container with settings, after those that it always has. */
const commandWith = (settings: Settings) => {
  const args = dockerArguments(manifest, { ...PLACE, settings });
  return args.slice(args.indexOf(IMAGE) + 3);
};

describe('the docker arguments', () => {
  it('let the processes of the application count their batches, if somebody reads the counts', () => {
    const args = dockerArguments(manifest, { ...PLACE, countsFolder: '/tmp/counts' });

    expect(valuesOf(args, '--env')).toContain('BATCH_COUNTS=/batch-counts');
    expect(valuesOf(args, '--mount')).toContain(
      'type=bind,source=/tmp/counts,target=/batch-counts',
    );
  });

  it('include everything in the manifest', () => {
    expect(dockerArguments(manifest, PLACE)).toEqual([
      'run',
      '--name',
      'serving-compare-serving',
      '--rm',
      '--init',
      '--pull',
      'never',
      '--gpus',
      'all',
      '--shm-size',
      '2g',
      '--log-driver',
      'none',
      '--network',
      'host',
      '--mount',
      'type=bind,source=/all-models/some,target=/models,readonly',
      '--env',
      'SERVING_ACCELERATOR=gpu',
      '--env',
      'MODEL=one',
      '--entrypoint',
      'serve',
      IMAGE,
      '--model',
      'a b',
      '--workers=1',
    ]);
  });

  it('have no GPUs, the options for CPUs, another name and published ports if requested', () => {
    const args = dockerArguments(manifest, {
      ...PLACE,
      accelerator: 'cpu',
      published: { address: '127.0.0.1', hostPorts: new Map([[8000, 20_001]]) },
      name: 'another',
      labels: { 'example.launcher': 'host/1' },
    });

    expect(valuesOf(args, '--name')).toEqual(['another']);
    expect(valuesOf(args, '--label')).toEqual(['example.launcher=host/1']);
    expect(args).not.toContain('--gpus');
    expect(valuesOf(args, '--env')).toContain('SERVING_ACCELERATOR=cpu');
    expect(args.slice(args.indexOf(IMAGE) + 1)).toEqual([
      '--model',
      'a b',
      '--workers=1',
      '--threads=1',
    ]);
    expect(valuesOf(args, '--publish')).toEqual([
      '127.0.0.1:20001:8000/tcp',
      '127.0.0.1:8001:8001/tcp',
      '127.0.0.1:8002:8002/tcp',
    ]);
  });

  it('have the settings that are set, and nothing in place of the others', () => {
    const batches = { instances: 2, threads: 1, maxBatch: 8, batchDelayMs: 5 };
    expect(commandWith(batches)).toEqual(['--workers=2', '--batch=8']);
    expect(commandWith('default')).toEqual([]);
  });

  it.each([
    ['gpu', 'CUDAExecutionProvider'],
    ['cpu', 'CPUExecutionProvider'],
  ] as const)('tell our application on a %s to compute only with %s', (accelerator, provider) => {
    const application = { file: '/models/m.onnx', labels: '/labels.json' };
    const { container, model } = manifest;
    const args = dockerArguments(
      { ...manifest, container: { ...container, application } },
      { ...PLACE, accelerator },
    );

    const { inputs, outputs, image } = servedModelOf(model, CLASSIFIER);

    expect(servedIn(args)).toMatchObject({
      inputs,
      outputs,
      image,
      answers: { kind: 'classes', scores: model.output },
      layout: 'NCHW',
      classes: 1000,
      file: '/models/m.onnx',
      engine: 'onnx',
      providers: [provider],
      settings: SINGLE,
      labels: '/labels.json',
    });
  });

  it('mount further files, whatever their names, and describe a user’s model to our application', () => {
    const application = { file: '/models/m.onnx', labels: '/labels.json' };
    const { container } = manifest;
    const model: GivenModel = {
      kind: 'given',
      name: 'my-model',
      file: '/home/me/model.json',
      formats: { onnx: '/home/me/m.onnx' },
      inputs: [{ name: 'ids', datatype: 'INT64', shape: [-1, 3] }],
      outputs: [{ name: 'sum', datatype: 'FP16', shape: [-1] }],
      example: { request: '/models/request', answer: '/models/answer' },
    };
    const args = dockerArguments(
      { ...manifest, container: { ...container, application } },
      {
        ...PLACE,
        mounts: { '/models/m.onnx': '/home/me/m.onnx', '/models/w, "x"': '/home/me/w, "x"' },
        model,
      },
    );

    expect(valuesOf(args, '--mount')).toEqual(
      expect.arrayContaining([
        'type=bind,source=/home/me/m.onnx,target=/models/m.onnx,readonly',
        'type=bind,"source=/home/me/w, ""x""","target=/models/w, ""x""",readonly',
      ]),
    );
    const { inputs, outputs, example } = model;
    expect(servedIn(args)).toMatchObject({ ...application, inputs, outputs, example });
  });
});

describe.each(servingNames)('the container of %s', (serving) => {
  const args = dockerArguments(ownManifestOf(serving, RESNET50), PLACE);

  it('mounts only existing files, all read-only', () => {
    const mounts = valuesOf(args, '--mount');
    const config = Object.keys(ownManifestOf(serving, RESNET50).container.config ?? {});

    expect(mounts.every((mount) => mount?.endsWith(',readonly'))).toBe(true);
    expect(
      config.filter((file) => !existsSync(path.join(PLATFORMS, platformOf(serving), file))),
    ).toEqual([]);
  });
});
