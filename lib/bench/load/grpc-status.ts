/**
 * The statuses of gRPC by their numbers, each with the HTTP status that it corresponds to, so that failures of both protocols have the
 * same classes; from googleapis/googleapis, google/rpc/code.proto.
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

/** What gRPC calls a status. */
export const grpcStatusName = (status: string): string =>
  STATUSES[Number(status)]?.[0] ?? `status ${status}`;

/** The status of HTTP that corresponds to one of gRPC. */
export const httpStatusOf = (grpcStatus: string): number =>
  STATUSES[Number(grpcStatus)]?.[1] ?? 500;
