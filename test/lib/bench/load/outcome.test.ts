import { failureClassOf, OUTCOME, outcomeName } from '../../../../lib/bench/load/outcome.ts';

describe('The outcome of a request', () => {
  it.each([
    [OUTCOME.succeeded, 'succeeded', undefined],
    [OUTCOME.connect, 'connect', 'connect'],
    [OUTCOME.timeout, 'timeout', 'timeout'],
    [OUTCOME.reset, 'reset', 'reset'],
    [OUTCOME.wrongAnswer, 'wrong-answer', 'wrong-answer'],
    [OUTCOME.unfinished, 'unfinished', undefined],
    [OUTCOME.unsent, 'unsent', undefined],
    [429, 'http-429', 'http-429'],
  ])('%d is called %s and counts as the failure %s', (outcome, name, failure) => {
    expect(outcomeName(outcome)).toBe(name);
    expect(failureClassOf(outcome)).toBe(failure);
  });
});
