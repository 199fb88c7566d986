import { sampleLine, startLine, unsentLine } from '../../../../../k6/sample-lines.ts';
import { parseK6Line } from '../../../../../lib/bench/load/k6/line-reader.ts';

const sample = {
  plannedMs: 10,
  sentMs: 10.25,
  doneMs: 35.5,
  image: 3,
  connected: true,
  status: 200,
  errorCode: 0,
  right: true,
  lagMs: 0.125,
  serverTiming: 'decode;dur=2.5, upstream;dur=20',
};

describe('A line of the load script', () => {
  it('says of a request what the script knew', () => {
    const line = sampleLine({ ...sample, unfinished: false });

    expect(parseK6Line(line)).toEqual({ kind: 'sample', ...sample });
  });

  it('has no end for a request that nobody waited for', () => {
    const line = sampleLine({ ...sample, unfinished: true });

    expect(parseK6Line(line)).toEqual({ kind: 'sample', ...sample, doneMs: NaN });
  });

  it('stays one line, whatever a server puts into its headers', () => {
    const line = sampleLine({ ...sample, serverTiming: 'a\nb\tc', unfinished: false });

    expect(parseK6Line(line)).toMatchObject({ serverTiming: 'a b c' });
  });

  it('tells when the load begins, and of planned requests that were not sent', () => {
    expect(parseK6Line(startLine(1_795_611_015_383.9))).toEqual({
      kind: 'start',
      loadStartEpochMs: 1_795_611_015_383.9,
    });
    expect(parseK6Line(unsentLine(12.5, 2))).toEqual({ kind: 'unsent', plannedMs: 12.5, image: 2 });
  });

  it.each([
    'Request Failed',
    '',
    'sample\t1\t2',
    'unsent\tx\t1',
    `sample${'\t'.repeat(10)}`,
    'toString\t1\t2',
  ])('is refused where the script did not write it: %j', (line) => {
    expect(() => parseK6Line(line)).toThrow(
      `k6 wrote a line that the load script does not write: ${JSON.stringify(line)}`,
    );
  });
});
