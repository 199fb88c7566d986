/** Failures as the charts tell them apart; a class that is not listed is an answer of another status. */
export const FAILURE_KINDS = [
  'timeout',
  'connect',
  'reset',
  'client error',
  'server error',
  'wrong answer',
] as const;

export type FailureKind = (typeof FAILURE_KINDS)[number];

/** The kind of a failure class: HTTP statuses by their hundred, the others by their own name. */
export const failureKindOf = (failureClass: string): FailureKind => {
  if (failureClass === 'timeout' || failureClass === 'connect' || failureClass === 'reset') {
    return failureClass;
  }
  if (failureClass === 'wrong-answer') return 'wrong answer';
  return failureClass.startsWith('http-4') ? 'client error' : 'server error';
};
