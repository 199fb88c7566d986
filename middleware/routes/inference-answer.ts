import type { FastifyReply, FastifyRequest } from 'fastify';

import { isServingName } from '../../serving-configs/index.ts';
import type { Protocol } from '../../serving-configs/manifest.ts';
import type { Admission, Visit } from '../admission.ts';
import type { Config } from '../config.ts';
import { infer } from '../inference.ts';
import { PHASES } from '../metrics/request-metrics.ts';
import type { Timings } from '../metrics/request-metrics.ts';
import type { InferenceTarget, InferenceTargets } from '../targets.ts';
import type { ProcessGroup } from '../process/group.ts';
import { imageOfUpload } from '../upload.ts';

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

/** The most that the body of a request may have; one that does not say may have as much as is received at all. */
const mostBodyBytes = ({ headers }: FastifyRequest, maxBytes: number): number => {
  const announced = headers['content-length'];
  if (announced !== undefined) return Math.min(Number(announced), maxBytes);
  return headers['transfer-encoding'] === undefined ? 0 : maxBytes;
};

/**
 * Runs before the body is received: what is known to be refused is refused here, and the place that the request takes
 * is given back when its connection is done with it, whatever happens.
 */
export const admit = (
  context: InferenceContext,
  protocol: Protocol,
  request: FastifyRequest,
  reply: FastifyReply,
): void => {
  const { serving } = request.params as { serving: string };
  const { payload, encoding } = request.query as { payload?: string; encoding?: string };
  request[PATH] = context.targets.find({ serving, protocol, payload, encoding });
  const visit = context.admission.enter(mostBodyBytes(request, context.config.maxImageBytes));
  request[VISIT] = visit;
  reply.raw.once('close', () => {
    visit.leave();
  });
};

/** The serving that a request is about, where there is such a serving. */
export const servingOf = ({ params }: FastifyRequest): string | undefined => {
  const { serving } = (params ?? {}) as { serving?: string };
  return serving !== undefined && isServingName(serving) ? serving : undefined;
};

/**
 * The image of a request whose body is there in full.
 * @throws the errors of imageOfUpload
 */
export const receivedImage = ({ config }: InferenceContext, request: FastifyRequest): Buffer => {
  if (Buffer.isBuffer(request.body)) request[VISIT]?.received(request.body.length);
  return imageOfUpload(request.body, request.headers['content-type'], config.maxImageBytes);
};

/** Counts an answer of an inference route. */
export const countAnswer = (request: FastifyRequest, status: number, code?: string): void => {
  const metrics = request[PATH]?.metrics;
  metrics?.answered(status);
  if (code !== undefined) metrics?.failed(code);
};

/** The way and the stay of a request, once it was admitted. */
export const admitted = (
  request: FastifyRequest,
): { readonly target: InferenceTarget; readonly visit: Visit } => {
  const target = request[PATH];
  const visit = request[VISIT];
  if (target === null || visit === null) throw new Error('the request was not admitted');
  return { target, visit };
};

/** Infers, and writes answer and headers. */
export const answerInference = async (
  { group }: InferenceContext,
  request: FastifyRequest,
  reply: FastifyReply,
  bytes: Uint8Array,
  image?: string,
) => {
  const { target, visit } = admitted(request);
  const { trained, top, timingsMs: exactMs } = await infer(target, bytes, visit);
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
  const known = trained === undefined ? {} : { trained };
  const answer = { serving, protocol, payload, encoding, ...known, top, timingsMs };
  return image === undefined ? answer : { ...answer, image };
};
