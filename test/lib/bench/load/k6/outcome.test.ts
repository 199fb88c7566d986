import { outcomeName } from '../../../../../lib/bench/load/outcome.ts';
import { outcomeOf } from '../../../../../lib/bench/load/k6/line-reader.ts';

describe('The outcome of a request that k6 sent', () => {
  it.each([
    // Of https://grafana.com/docs/k6/latest/javascript-api/error-codes/
    ['succeeded', 'a correct answer', { status: 200, errorCode: 0, right: true }],
    ['wrong-answer', 'another answer', { status: 200, errorCode: 0, right: false }],
    ['http-302', 'a redirect', { status: 302, errorCode: 0, right: false }],
    ['http-404', 'a 4xx', { status: 404, errorCode: 1404, right: false }],
    ['http-503', 'a 5xx', { status: 503, errorCode: 1503, right: false }],
    ['timeout', 'no answer in time', { status: 0, errorCode: 1050, right: false }],
    ['reset', 'half an answer, or none of HTTP', { status: 0, errorCode: 1000, right: false }],
    ['reset', 'a broken pipe', { status: 0, errorCode: 1201, right: false }],
    ['reset', 'a reset', { status: 0, errorCode: 1220, right: false }],
    ['reset', 'a 200 whose body broke', { status: 200, errorCode: 1220, right: false }],
    ['reset', 'a body that cannot be decoded', { status: 200, errorCode: 1701, right: false }],
  ])('is %s for %s on a connection', (name, _, end) => {
    expect(outcomeName(outcomeOf({ connected: true, ...end }))).toBe(name);
  });

  it.each([
    ['a refused connection', 1212],
    ['a connection that was not made in time', 1050],
    ['a dial that took too long', 1211],
    ['a name that nobody knows', 1101],
    ['an unknown authority', 1310],
  ])('is connect for %s', (_, errorCode) => {
    const end = { connected: false, status: 0, errorCode, right: false };

    expect(outcomeName(outcomeOf(end))).toBe('connect');
  });
});
