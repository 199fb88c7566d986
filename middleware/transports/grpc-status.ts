/** Names of the statuses by their numbers, and what each means; from grpc/grpc, doc/statuscodes.md. */
const statuses = [
  ['OK', undefined],
  ['CANCELLED', 'reset'],
  ['UNKNOWN', 'failed'],
  ['INVALID_ARGUMENT', 'rejected'],
  ['DEADLINE_EXCEEDED', 'timeout'],
  ['NOT_FOUND', 'rejected'],
  ['ALREADY_EXISTS', 'rejected'],
  ['PERMISSION_DENIED', 'rejected'],
  ['RESOURCE_EXHAUSTED', 'overloaded'],
  ['FAILED_PRECONDITION', 'rejected'],
  ['ABORTED', 'failed'],
  ['OUT_OF_RANGE', 'rejected'],
  ['UNIMPLEMENTED', 'rejected'],
  ['INTERNAL', 'failed'],
  ['UNAVAILABLE', 'overloaded'],
  ['DATA_LOSS', 'failed'],
  ['UNAUTHENTICATED', 'rejected'],
] as const;

/** What a failed call means for the client of the middleware. */
export type CallMeaning = 'overloaded' | 'rejected' | 'failed' | 'timeout' | 'reset';

/** The name of a status; of an unknown one its number. */
export const statusName = (code: number): string => statuses[code]?.[0] ?? String(code);

/** What a status means; one that is not known is a failure, as the specification says of it. */
export const statusMeaning = (code: number): CallMeaning => statuses[code]?.[1] ?? 'failed';
