import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { TYPESCRIPT_LOADER } from '../../../../lib/bench/run/child-process.ts';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import { manifestOf, RESNET50 } from '../../../../serving-configs/index.ts';
import { decodeImage } from '../../../../serving-configs/models/input/decode-image.ts';
import { geometryOf } from '../../../../serving-configs/models/input/geometry.ts';
import { normalisationOf, toNumbers } from '../../../../serving-configs/models/input/normalise.ts';
import {
  CLASSIFIER,
  readBuiltModel,
  type BuiltModel,
} from '../../../../serving-configs/models/model.ts';
import { encodeOnnx } from '../../../../serving-configs/models/onnx/messages.ts';
import { servedModelOf } from '../../../../serving-configs/models/served-model.ts';
import { createNoopEngine } from '../../../../serving-configs/reference/engines/noop-engine.ts';
import { fixedOutputs } from '../../../../serving-configs/reference/fixed-outputs.ts';
import { loadWire } from '../../../../serving-configs/reference/load-wire.ts';
import { FIXED_CLASS } from '../../../../serving-configs/reference/scores.ts';
import { startServer } from '../../../../serving-configs/reference/server.ts';
import { interrupt, jsonOf, callBench, startBench } from '../../../support/bench-cli.ts';
import { buildTestApp, cat, postImage } from '../../../support/middleware.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { tinyClassifier } from '../../../serving-configs/models/onnx/tiny-classifier.ts';

const CLASSES = ['cat', 'coffee', 'wall', 'lawn', 'rocket', 'eye', 'person'];
const [WIDTH, HEIGHT] = [96, 80];

/** Writes a classifier of small images with few classes, and its description. */
const describedClassifier = () => {
  const folder = newFolder();
  const [model, description] = [join(folder, 'tiny.onnx'), join(folder, 'model.json')];
  const values = Float32Array.from({ length: 3 * CLASSES.length }, (_, at) => Math.sin(at) * 3);
  writeFileSync(
    model,
    encodeOnnx({
      ...tinyClassifier,
      output: { name: 'scores', shape: ['N', CLASSES.length] },
      constants: [{ name: 'matrix', shape: [3, CLASSES.length], values }],
    }),
  );
  writeFileSync(join(folder, 'labels.txt'), CLASSES.join('\n'));
  writeFileSync(
    description,
    JSON.stringify({
      model: {
        onnx: 'tiny.onnx',
        sizes: { pixels: [1, 3, HEIGHT, WIDTH] },
        image: {
          resize: 'crop',
          colours: 'rgb',
          scale: 1 / 255,
          mean: [0.5, 0.4, 0.3],
          deviation: [0.2, 0.3, 0.4],
        },
        labels: 'labels.txt',
      },
    }),
  );
  return { folder, model, description, env: { SERVING_COMPARE_CLASSIFIER: description } };
};

const ROOT = join(import.meta.dirname, '../../../..');

/** Starts a program with a classifier until it ends. */
const start = async (program: string, classifier: string) => {
  const [file = '', ...rest] = program.split(' ');
  const args = [...TYPESCRIPT_LOADER, join(ROOT, file), ...rest];
  const env = { ...process.env, SERVING_COMPARE_CLASSIFIER: classifier };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const stderr = await text(child.stderr);
  return { stderr, code: child.exitCode ?? (await once(child, 'exit'))[0] };
};

describe('A description of a classifier that cannot be used', () => {
  const [cutOff, incomplete] = ['{ "model": {', '{ "model": { "labels": "l.txt" } }'].map(
    (json) => {
      const file = join(newFolder(), 'model.json');
      writeFileSync(file, json);
      return file;
    },
  );

  it.each([
    ['does not exist', '/nowhere/model.json', 'ENOENT'],
    ['is not JSON', cutOff, 'JSON'],
    ['lacks a key', incomplete, 'sizes'],
  ])('is refused by every program without a stack trace if it %s', async (_, file = '', fact) => {
    const programs = [
      'bin/serving-compare.js plan',
      'middleware/server.ts',
      'serving-configs/reference/main.ts --serving flask',
    ];
    const refused = {
      code: 2,
      stderr: expect.stringMatching(new RegExp(`^error: .*${fact}.*\nhint: .*\n$`)) as string,
    };

    expect(await Promise.all(programs.map((program) => start(program, file)))).toEqual(
      programs.map(() => refused),
    );
  });
});

describe('A classifier of other images and classes than those of ResNet-50', () => {
  it('needs one description to be sent as images and as tensors, and to be measured', async () => {
    const { folder, model, env } = describedClassifier();
    const run = join(folder, 'run');
    await callBench(
      `run --model ${model} --output ${run} --servings torchserve,tfserving,triton_onnx --noop-limits none
      --payloads image,tensor --duration 0.3s --warmup 0.1s --repeats 1 --levels 1`,
      env,
    );
    const { plan, records } = await readRunFolder(run);
    const checks = records.flatMap((record) => (record.kind === 'answer-check' ? [record] : []));

    expect(plan.targets).toHaveLength(5);
    expect(checks.map(({ state, reason }) => reason ?? state)).toEqual(checks.map(() => 'passed'));
    expect(new Set(checks.map(({ target }) => target.payload))).toEqual(
      new Set(['image', 'tensor']),
    );
    const classes = checks.flatMap(({ images }) =>
      images.map(({ answeredClass = -1 }) => answeredClass),
    );
    expect(Math.max(...classes)).toBeLessThan(CLASSES.length);
  });

  it('answers with the names of its own classes', async () => {
    const { model, env } = describedClassifier();
    const bench = startBench(`serve torchserve --model ${model} --port 0 --json`, env);
    const { middleware } = await jsonOf<{ readonly middleware: string }>(bench);
    const response = await fetch(`${middleware}/infer/torchserve?payload=image`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg' },
      body: cat,
    });
    const { top } = (await response.json()) as {
      readonly top: readonly { readonly class: number; readonly label: string }[];
    };
    await interrupt(bench);

    expect(top).toHaveLength(5);
    expect(top.map(({ label }) => label)).toEqual(top.map(({ class: index }) => CLASSES[index]));
  });
});

/** Serves a classifier in this process: the simulated server without a model, behind a middleware. */
const serveHere = async (model: BuiltModel) => {
  const engine = createNoopEngine(
    fixedOutputs(servedModelOf(manifestOf('torchserve', RESNET50).model, model), model).correct,
  );
  const wire = await loadWire('torchserve', model);
  const server = await startServer({ wire, engine }, { host: '127.0.0.1', port: 0 });
  return { model, server, app: await buildTestApp(server.url, { model }) };
};

describe('Two classifiers in one process', () => {
  it('have their own preprocessing and their own classes', async () => {
    const models = [CLASSIFIER, readBuiltModel(describedClassifier().description)];
    const served = await Promise.all(models.map(serveHere));
    const labels: unknown[] = [];
    for (const { app, model, server } of served) {
      const pixels = await decodeImage(cat, geometryOf(model.image));
      const { rawPayload } = await postImage(app, '/encode/torchserve?payload=tensor');
      const answer = await postImage(app, '/infer/torchserve?payload=tensor');
      await server.stop();

      const numbers = toNumbers(pixels, normalisationOf(model.image));
      expect(rawPayload.equals(Buffer.from(numbers.buffer))).toBe(true);
      labels.push(answer.json<{ top: readonly { readonly label: string }[] }>().top[0]?.label);
    }

    expect(labels).toEqual([
      CLASSIFIER.labels.nameOf(FIXED_CLASS),
      CLASSES[FIXED_CLASS % CLASSES.length],
    ]);
  });
});
