/**
 * A serving that computes nothing: it discards the request and returns a fixed correct answer in the protocol of the path. It costs as
 * much as Node's HTTP server. Runs as a process.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { manifestOf, RESNET50, servingNames } from '../../../serving-configs/index.ts';
import { CLASSIFIER } from '../../../serving-configs/models/model.ts';
import { NDLIST } from '../../../serving-configs/platforms/djl/messages.ts';
import { ndListOf } from '../../support/nd-list.ts';

const { nameOf } = CLASSIFIER.labels;
const CLASSES = 1000;
const scores = Float32Array.from({ length: CLASSES }, (_, index) => (index < 5 ? 0.1 : 0.0005));

interface FixedAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const jsonAnswer = (value: unknown): FixedAnswer => ({
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(value)),
});

const binaryAnswer = (model: string, output: string): FixedAnswer => {
  const outputs = [
    {
      name: output,
      datatype: 'FP32',
      shape: [1, CLASSES],
      parameters: { binary_data_size: CLASSES * 4 },
    },
  ];
  const head = Buffer.from(JSON.stringify({ model_name: model, outputs }));
  return {
    headers: {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(head.length),
    },
    body: Buffer.concat([head, Buffer.from(scores.buffer)]),
  };
};

const top = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [nameOf(index), 0.1]));
const answers = new Map<string, FixedAnswer>();
for (const { model } of servingNames.map((serving) => manifestOf(serving, RESNET50))) {
  answers.set(`/predictions/${model.name}`, jsonAnswer(top));
  answers.set(
    `/v1/models/${model.name}:predict`,
    jsonAnswer({ predictions: [[...scores].map((score) => Number(score.toPrecision(6)))] }),
  );
  if (model.tensors !== undefined) {
    answers.set(`/v2/models/${model.name}/infer`, binaryAnswer(model.name, model.tensors.output));
  }
}

/** The answer in DJL's format, whose paths other servings have, too. */
const ndList: FixedAnswer = {
  headers: { 'content-type': NDLIST },
  body: ndListOf([
    { name: 'output', datatype: 'FP32', shape: [1, CLASSES], bytes: new Uint8Array(scores.buffer) },
  ]),
};

const server = createServer((request, response) => {
  const { url = '', headers } = request;
  const answer = headers['content-type'] === NDLIST ? ndList : (answers.get(url) ?? jsonAnswer({}));
  request.resume();
  request.on('end', () => {
    response.writeHead(200, { ...answer.headers, 'content-length': answer.body.length });
    response.end(answer.body);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  process.stdout.write(`${JSON.stringify({ event: 'listening', url, pid: process.pid })}\n`);
});
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
