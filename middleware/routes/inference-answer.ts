import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';

import { isServingName } from '../../serving-configs/index.ts';
import { TENSORS } from '../../serving-configs/manifest.ts';
import type { Protocol } from '../../serving-configs/manifest.ts';
import { HEADER_LENGTH, writeTensors } from '../../serving-configs/models/tensors/tensor-body.ts';
import type { Admission, Visit } from '../admission.ts';
import type { Config } from '../config.ts';
import { TensorsUnreadable } from '../errors.ts';
import { imageWork } from '../image-work.ts';
import type { Classes } from '../image-work.ts';
import { infer } from '../inference.ts';
import type { Work } from '../inference.ts';
import { PHASES } from '../metrics/request-metrics.ts';
import type { Timings } from '../metrics/request-metrics.ts';
import type { InferenceTarget, InferenceTargets } from '../targets.ts';
import type { ProcessGroup } from '../process/group.ts';
import { JSON_TYPE, OCTETS } from '../servings/named-tensors.ts';
import { imageInputWork, tensorWork } from '../tensor-work.ts';
import type { Outputs } from '../tensor-work.ts';
import { imageOfUpload, isTensors, wrongMediaType } from '../upload.ts';

/** What the inference routes work with. */
export interface InferenceContext {
  readonly config: Config;
  readonly targets: InferenceTargets;
  readonly admission: Admission;
  readonly group: ProcessGroup;
}

const VISIT = Symbol('visit');
const PATH = Symbol('path');

declare module 'fastify' {
  interface FastifyRequest {
    [VISIT]: Visit | null;
    [PATH]: InferenceTarget | null;
  }
}

/** What the routes of a protocol begin with: those of REST are the study's plain ones. */
export const routePrefix: Readonly<Record<Protocol, string>> = { rest: '', grpc: '/grpc' };

/** Where a request keeps what was found out about it. Set up once, so that all requests have one shape. */
export const inferenceDecorations = { visit: VISIT, path: PATH } as const;

const microseconds = (ms: number): number => Math.round(ms * 1000) / 1000;

const serverTiming = (timings: Timings): string =>
  PHASES.map((phase) => `${phase};dur=${timings[phase]}`).join(', ');

/** The most bytes that a body may have: what it announces, at most the limit. */
const mostBodyBytes = ({ headers }: FastifyRequest, maxBytes: number): number => {
  const announced = headers['content-length'];
  if (announced !== undefined) return Math.min(Number(announced), maxBytes);
  return headers['transfer-encoding'] === undefined ? 0 : maxBytes;
};

/**
 * Runs before the body is received: what is known to be refused is refused here, and the place that the request takes
 * is given back when its connection is done with it, whatever happens.
 */
const admit = (
  { targets, admission, config }: InferenceContext,
  protocol: Protocol,
  request: FastifyRequest,
  reply: FastifyReply,
): InferenceTarget => {
  const { serving } = request.params as { serving: string };
  const { payload, encoding } = request.query as { payload?: string; encoding?: string };
  const target = targets.find({ serving, protocol, payload, encoding });
  request[PATH] = target;
  const visit = admission.enter(mostBodyBytes(request, config.maxImageBytes));
  request[VISIT] = visit;
  reply.raw.once('close', () => {
    visit.leave();
  });
  return target;
};

/** Lets requests without a body in. */
export const admitRequests =
  (context: InferenceContext, protocol: Protocol): onRequestHookHandler =>
  (request, reply, done) => {
    admit(context, protocol, request, reply);
    done();
  };

/** Lets requests in whose bodies are of a media type that the payload is made of. */
export const admitUploads =
  (context: InferenceContext, protocol: Protocol): onRequestHookHandler =>
  (request, reply, done) => {
    const target = admit(context, protocol, request, reply);
    const contentType = request.headers['content-type'];
    const takesTensors = target.payload === TENSORS;
    const takesImages = target.payload !== TENSORS || target.tensorModel.image !== undefined;
    // A type that no payload is made of, the framework refuses.
    if (!(isTensors(contentType) ? takesTensors : takesImages)) {
      throw wrongMediaType(contentType, target.payload);
    }
    done();
  };

/** The serving that a request is about, where there is such a serving. */
export const servingOf = ({ params }: FastifyRequest): string | undefined => {
  const { serving } = (params ?? {}) as { serving?: string };
  return serving !== undefined && isServingName(serving) ? serving : undefined;
};

/**
 * What is to be done with a request whose body is there in full.
 * @throws TensorsUnreadable, the errors of imageOfUpload
 */
export const workOf = (
  { config }: InferenceContext,
  { body, headers }: FastifyRequest,
  { target, visit }: Admitted,
): Work<Classes> | Work<Outputs> => {
  if (Buffer.isBuffer(body)) visit.received(body.length);
  const contentType = headers['content-type'];
  if (target.payload !== TENSORS) {
    return imageWork(target, imageOfUpload(body, contentType, config.maxImageBytes));
  }
  const { image } = target.tensorModel;
  if (image !== undefined && !isTensors(contentType)) {
    const bytes = imageOfUpload(body, contentType, config.maxImageBytes);
    return imageInputWork(target, { image, bytes });
  }
  if (!Buffer.isBuffer(body)) throw new TensorsUnreadable('there is no body');
  return tensorWork(target, { headers, body });
};

/** An answer with tensors, written as the request was. */
export const tensorAnswer = (
  reply: FastifyReply,
  { tensors, encoding }: Outputs,
  head: Readonly<Record<string, unknown>>,
): Buffer => {
  const { body, jsonLength } = writeTensors(tensors, 'outputs', encoding, head);
  reply.type(jsonLength === undefined ? JSON_TYPE : OCTETS);
  if (jsonLength !== undefined) reply.header(HEADER_LENGTH, jsonLength);
  return Buffer.concat(body);
};

/** Counts an answer of an inference route. */
export const countAnswer = (request: FastifyRequest, status: number, code?: string): void => {
  const metrics = request[PATH]?.metrics;
  metrics?.answered(status);
  if (code !== undefined) metrics?.failed(code);
};

/** The target and the visit of a request that was admitted. */
export interface Admitted {
  readonly target: InferenceTarget;
  readonly visit: Visit;
}

export const admitted = (request: FastifyRequest): Admitted => {
  const target = request[PATH];
  const visit = request[VISIT];
  if (target === null || visit === null) throw new Error('the request was not admitted');
  return { target, visit };
};

/** Infers, writes the headers that every answer has, and returns what stands in it beside the result. */
export const answerInference = async <Result>(
  { group }: InferenceContext,
  reply: FastifyReply,
  { target, visit }: Admitted,
  work: Work<Result>,
) => {
  const { result, timingsMs: exactMs } = await infer(target, work, visit);
  target.metrics.observe(exactMs);
  target.metrics.answered(200);
  const { receive, queue, decode, encode, upstream, parse, total } = exactMs;
  const timingsMs = {
    receive: microseconds(receive),
    queue: microseconds(queue),
    decode: microseconds(decode),
    encode: microseconds(encode),
    upstream: microseconds(upstream),
    parse: microseconds(parse),
    total: microseconds(total),
  };
  reply.header('server-timing', serverTiming(timingsMs));
  reply.header('middleware-process', `${group.number}/${group.running()}`);
  const { serving, protocol, payload, encoding } = target;
  return { result, head: { serving, protocol, payload, encoding, timingsMs } };
};
