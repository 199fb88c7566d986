import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';

import { TENSORS } from '../../serving-configs/manifest.ts';
import type { Protocol } from '../../serving-configs/manifest.ts';
import { HEADER_LENGTH, writeTensors } from '../../serving-configs/models/tensors/tensor-body.ts';
import type { Admission, Visit } from '../admission.ts';
import type { Config } from '../config.ts';
import { TensorsUnreadable } from '../errors.ts';
import { infer } from '../inference.ts';
import type { Work } from '../inference.ts';
import { PHASES } from '../metrics/request-metrics.ts';
import type { Timings } from '../metrics/request-metrics.ts';
import type { InferenceTarget, InferenceTargets } from '../targets.ts';
import type { ProcessGroup } from '../process/group.ts';
import { JSON_TYPE, OCTETS } from '../servings/infer-body.ts';
import { imageOfUpload, isTensors, wrongMediaType } from '../upload.ts';
import { imageWork, tensorWork } from '../work.ts';
import type { Classes, Outputs } from '../work.ts';

/** What the inference routes share. */
export interface InferenceContext {
  readonly config: Config;
  readonly targets: InferenceTargets;
  readonly admission: Admission;
  readonly group: ProcessGroup;
}

const VISIT = Symbol('visit');
const TARGET = Symbol('target');

declare module 'fastify' {
  interface FastifyRequest {
    [VISIT]: Visit | null;
    [TARGET]: InferenceTarget | null;
  }
}

/** The prefix of the routes of a protocol. Those of REST are the same as in the study of 2021. */
export const routePrefix: Readonly<Record<Protocol, string>> = { rest: '', grpc: '/grpc' };

/** Fields that these functions keep on a request. The app declares them once, so that all requests have one shape. */
export const inferenceDecorations = { visit: VISIT, target: TARGET } as const;

const roundToMicroseconds = (ms: number): number => Math.round(ms * 1000) / 1000;

const serverTiming = (timings: Timings): string =>
  PHASES.map((phase) => `${phase};dur=${timings[phase]}`).join(', ');

/**
 * Admits a request before its body is received, or refuses it if that is certain already. Its visit ends when the response
 * closes, whatever happens.
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
  request[TARGET] = target;
  // A larger body is refused for its size.
  const announcedBytes = Math.min(
    Number(request.headers['content-length'] ?? 0),
    config.maxImageBytes,
  );
  const visit = admission.enter(announcedBytes);
  request[VISIT] = visit;
  reply.raw.once('close', () => {
    visit.leave();
  });
  return target;
};

/** Admits requests without a body. */
export const admitRequests =
  (context: InferenceContext, protocol: Protocol): onRequestHookHandler =>
  (request, reply, done) => {
    admit(context, protocol, request, reply);
    done();
  };

/** Admits requests whose media type belongs to their payload. */
export const admitUploads =
  (context: InferenceContext, protocol: Protocol): onRequestHookHandler =>
  (request, reply, done) => {
    const target = admit(context, protocol, request, reply);
    const contentType = request.headers['content-type'];
    const isTaken = isTensors(contentType)
      ? target.payload === TENSORS
      : target.image !== undefined;
    // Fastify refuses a media type that belongs to no payload.
    if (!isTaken) {
      throw wrongMediaType(contentType, target.payload);
    }
    done();
  };

/** The serving in the URL of a request; undefined if there is no such serving. */
export const servingOf = (
  { servings }: Pick<Config, 'servings'>,
  { params }: FastifyRequest,
): string | undefined => {
  const { serving } = (params ?? {}) as { serving?: string };
  return serving !== undefined && servings.has(serving) ? serving : undefined;
};

/**
 * The work for a request whose body was received in full.
 * @throws TensorsUnreadable, the errors of imageOfUpload
 */
export const workOf = (
  { config }: InferenceContext,
  request: FastifyRequest,
): Work<Classes | Outputs> => {
  const { target } = admitted(request);
  const { body, headers } = request;
  const contentType = headers['content-type'];
  if (target.image !== undefined && !isTensors(contentType)) {
    const bytes = imageOfUpload(body, contentType, config.maxImageBytes);
    return imageWork(target, target.image, bytes);
  }
  if (!Buffer.isBuffer(body)) throw new TensorsUnreadable('there is no body');
  return tensorWork(target, { headers, body });
};

/** Writes an answer with tensors in the format of the request. */
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
  const metrics = request[TARGET]?.metrics;
  metrics?.answered(status);
  if (code !== undefined) metrics?.failed(code);
};

/** The target and the visit of a request that was admitted. */
export const admitted = (
  request: FastifyRequest,
): { readonly target: InferenceTarget; readonly visit: Visit } => {
  const target = request[TARGET];
  const visit = request[VISIT];
  if (target === null || visit === null) throw new Error('the request was not admitted');
  return { target, visit };
};

/** Runs the inference, sets the headers of the answer, and returns the result and the fields that every answer has. */
export const answerInference = async <Result>(
  { group }: InferenceContext,
  request: FastifyRequest,
  reply: FastifyReply,
  work: Work<Result>,
) => {
  const { target, visit } = admitted(request);
  const { result, timingsMs: exactMs } = await infer(target, work, visit);
  target.metrics.observe(exactMs);
  target.metrics.answered(200);
  const { receive, queue, decode, encode, upstream, parse, total } = exactMs;
  const timingsMs = {
    receive: roundToMicroseconds(receive),
    queue: roundToMicroseconds(queue),
    decode: roundToMicroseconds(decode),
    encode: roundToMicroseconds(encode),
    upstream: roundToMicroseconds(upstream),
    parse: roundToMicroseconds(parse),
    total: roundToMicroseconds(total),
  };
  reply.header('server-timing', serverTiming(timingsMs));
  reply.header('middleware-process', `${group.number}/${group.running()}`);
  const { serving, protocol, payload, encoding } = target;
  return { result, head: { serving, protocol, payload, encoding, timingsMs } };
};
