/** Files of one run of k6, absolute paths. */
export interface K6Files {
  /** The job, as JSON. */
  readonly job: string;
  /** An empty configuration, so that one in the user's home changes nothing. */
  readonly config: string;
  /** What the script writes of each request. */
  readonly lines: string;
  /** What the script writes at the end. */
  readonly summary: string;
}

/** The command line of k6, without its name. Nothing of it depends on the user's settings, and nothing is reported to anybody. */
export const k6Arguments = (script: string, files: K6Files): readonly string[] => [
  'run',
  '--quiet',
  '--no-color',
  '--no-usage-report',
  // No API server: a second k6 on the machine would ask for the same port.
  '--address=',
  `--config=${files.config}`,
  '--log-format=raw',
  `--console-output=${files.lines}`,
  '--include-system-env-vars=false',
  '--env',
  `JOB=${files.job}`,
  '--env',
  'SAMPLES=1',
  '--env',
  `SUMMARY=${files.summary}`,
  script,
];

/**
 * The environment of k6: without variables that change its options (`K6_VUS` would replace the scenario), and without
 * proxies, which the embedded engine does not ask either.
 */
export const k6Environment = (
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^K6_|^(https?|no|all)_proxy$/i.test(name)),
  );

/** Exit codes of k6 that mean that it ran to its end: 99 says that a threshold was crossed, which the figures say too. */
const RAN = [0, 99];

const MEANINGS: Readonly<Record<number, string>> = {
  104: 'its options are not valid',
  105: 'it was stopped from outside',
  107: 'the load script failed',
  108: 'the load script gave up',
  109: 'it crashed',
};

/** Why k6 gave no figures, in words; undefined where it ran to its end. */
export const failureOf = (
  exitCode: number | null,
  signal: string | null,
  lastWords: string,
): string | undefined => {
  if (exitCode !== null && RAN.includes(exitCode)) return undefined;
  const how = signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
  const meaning = exitCode === null ? undefined : MEANINGS[exitCode];
  const end = `k6 ended with ${how}${meaning === undefined ? '' : `: ${meaning}`}`;
  return lastWords === '' ? end : `${end}; its last words:\n${lastWords}`;
};
