import {
  GRPC_STATUS,
  type GrpcAnswer,
  type GrpcInference,
  type GrpcWire,
} from '../../../serving-configs/protocols/grpc-wire.ts';
import { WireRefusal, type WireInput } from '../../../serving-configs/protocols/wire.ts';

interface Call {
  readonly wire: GrpcWire;
  /** `/package.Service/Method` */
  readonly path: string;
  readonly message: Uint8Array;
  readonly ready?: boolean;
}

const routeOf = ({ wire, path, message, ready = true }: Call) => {
  const method = wire[path];
  if (method === undefined) throw new Error(`no method ${path}`);
  return method(message, ready);
};

/** The computation that a call asks for; it must ask for one. */
export const inferenceOf = (call: Call): GrpcInference => {
  const route = routeOf(call);
  if (route.kind === 'inference') return route;
  throw new Error(`answered ${JSON.stringify(route.answer)}`);
};

/** What a call gives the model to look at, or the answer that it gets without the model. */
export const outcomeOf = (call: Call): WireInput | GrpcAnswer => {
  const route = routeOf(call);
  if (route.kind === 'answer') return route.answer;
  try {
    return route.read(call.message);
  } catch (error) {
    if (error instanceof WireRefusal) return error.answer as GrpcAnswer;
    throw error;
  }
};

/** The message of an answer, which must be a success. */
const messageIn = (answer: GrpcAnswer | WireInput): Uint8Array => {
  if ('status' in answer && answer.status === GRPC_STATUS.OK) return answer.message;
  throw new Error(`ended with ${JSON.stringify(answer)}`);
};

/** The message with which a call that asks for a computation gets these values. */
export const answerWith = (call: Call, values: Float32Array): Uint8Array => {
  const inference = inferenceOf(call);
  return messageIn(inference.render(inference.form(call.message), values));
};

/** Bytes that are no message of protocol buffers. */
export const GARBAGE = Buffer.alloc(32, 0xff);
