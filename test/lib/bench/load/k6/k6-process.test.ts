import {
  failureOf,
  k6Arguments,
  k6Environment,
} from '../../../../../lib/bench/load/k6/k6-process.ts';

describe('The command line of k6', () => {
  it('sends no usage report, opens no port and reads no other configuration', () => {
    const files = {
      job: '/t/job.json',
      config: '/t/config.json',
      lines: '/t/lines.tsv',
      summary: '/t/summary.json',
    };
    const words = k6Arguments('/p/k6/infer.ts', files, 'http://127.0.0.1:9/');

    expect(words).toEqual(
      expect.arrayContaining(['--no-usage-report', '--address=', '--config=/t/config.json']),
    );
  });
});

describe('The environment of k6', () => {
  it('has no variables that change the load or send it through a proxy', () => {
    const env = {
      PATH: '/bin',
      K6_VUS: '7',
      k6_out: 'json',
      HTTPS_PROXY: 'p',
      no_proxy: 'q',
      HOME: '/h',
    };

    expect(k6Environment(env)).toEqual({ PATH: '/bin', HOME: '/h' });
  });
});

describe('A run of k6', () => {
  it.each([0, 99])('is complete if it exits with %i', (exitCode) => {
    expect(failureOf(exitCode, null, 'thresholds have been crossed')).toBeUndefined();
  });

  it.each([
    [
      107,
      null,
      'TypeError',
      'k6 ended with exit code 107: the load script failed; its last lines:\nTypeError',
    ],
    [1, null, '', 'k6 ended with exit code 1'],
    [null, 'SIGKILL', '', 'k6 ended with signal SIGKILL'],
  ])(
    'fails with exit code %s or signal %s, and quotes the last lines "%s"',
    (code, signal, lines, message) => {
      expect(failureOf(code, signal, lines)).toBe(message);
    },
  );
});
