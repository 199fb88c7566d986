/**
 * The gRPC statuses by number, each with the equivalent HTTP status, so that failures of both protocols fall into the same
 * classes. Source: googleapis/googleapis, google/rpc/code.proto.
 */
const STATUSES: readonly (readonly [name: string, httpStatus: number])[] = [
  ['OK', 200],
  ['CANCELLED', 499],
  ['UNKNOWN', 500],
  ['INVALID_ARGUMENT', 400],
  ['DEADLINE_EXCEEDED', 504],
  ['NOT_FOUND', 404],
  ['ALREADY_EXISTS', 409],
  ['PERMISSION_DENIED', 403],
  ['RESOURCE_EXHAUSTED', 429],
  ['FAILED_PRECONDITION', 400],
  ['ABORTED', 409],
  ['OUT_OF_RANGE', 400],
  ['UNIMPLEMENTED', 501],
  ['INTERNAL', 500],
  ['UNAVAILABLE', 503],
  ['DATA_LOSS', 500],
  ['UNAUTHENTICATED', 401],
];

/** The name of a gRPC status number. */
export const grpcStatusName = (status: string): string =>
  STATUSES[Number(status)]?.[0] ?? `status ${status}`;

/** The HTTP status that corresponds to a gRPC status number. */
export const httpStatusOf = (grpcStatus: string): number =>
  STATUSES[Number(grpcStatus)]?.[1] ?? 500;
