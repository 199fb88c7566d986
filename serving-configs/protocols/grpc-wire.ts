/**
 * The server side of a platform's gRPC protocol, as pure functions from messages to answers; see `wire.ts` for REST.
 */
import {
  failWith,
  type InferenceCall,
  type ServedManifest,
  type StatisticsCall,
  type WireFactory,
} from './wire.ts';

/** Source of the numbers: grpc/grpc, doc/statuscodes.md. */
export const GRPC_STATUS = {
  OK: 0,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  NOT_FOUND: 5,
  FAILED_PRECONDITION: 9,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
} as const;
export type GrpcStatus = (typeof GRPC_STATUS)[keyof typeof GRPC_STATUS];

/** The end of a call. */
export type GrpcAnswer =
  | { readonly status: 0; readonly message: Uint8Array }
  | { readonly status: Exclude<GrpcStatus, 0>; readonly details: string };

export type GrpcInference = InferenceCall<GrpcAnswer>;

/** Handles a message once the model is ready. */
type GrpcMethod = (
  message: Uint8Array,
) =>
  | { readonly kind: 'answer'; readonly answer: GrpcAnswer }
  | GrpcInference
  | StatisticsCall<GrpcAnswer>;

/** Methods by the HTTP/2 path of their calls, `/package.Service/Method`. */
export type GrpcWire = Readonly<Record<string, GrpcMethod>>;

export type GrpcWireFactory = (manifest: ServedManifest) => GrpcWire;

/** The default export of a platform's `wire.ts`: every protocol that it speaks. */
export interface PlatformWires {
  readonly rest: WireFactory;
  readonly grpc?: GrpcWireFactory;
}

export const grpcFailure = (status: Exclude<GrpcStatus, 0>, details: string) =>
  ({ kind: 'answer', answer: { status, details } }) as const;

/** The refusals of a platform that has a gRPC status for each reason. */
export const failInGrpc = failWith<GrpcAnswer>({
  badInput: (details) => ({ status: GRPC_STATUS.INVALID_ARGUMENT, details }),
  overloaded: () => ({ status: GRPC_STATUS.UNAVAILABLE, details: 'too many requests' }),
  failed: (details) => ({ status: GRPC_STATUS.INTERNAL, details }),
});
