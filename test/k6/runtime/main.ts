// Runs a load script as `k6 run` does. Exit codes of k6: 0, 99 a threshold was crossed, 104 options, 107 the script failed.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { runScenario, type Instance, type Scenario } from './executors.ts';
import { metricsData } from './modules/metrics.ts';
import { makeVirtualUser, startClock } from './run-state.ts';
import { scriptFolder } from './script-folder.ts';
import { crossed } from './thresholds.ts';

const VERSION = '1.8.1';

interface Script {
  readonly options: {
    readonly scenarios: Readonly<Record<string, Scenario>>;
    readonly thresholds: Readonly<Record<string, readonly string[]>>;
  };
  readonly handleSummary: (data: object) => Readonly<Record<string, string>>;
}

const parse = () =>
  parseArgs({
    args: process.argv.slice(3),
    allowPositionals: true,
    options: {
      quiet: { type: 'boolean' },
      'no-color': { type: 'boolean' },
      'no-usage-report': { type: 'boolean' },
      address: { type: 'string' },
      config: { type: 'string' },
      'log-format': { type: 'string' },
      'console-output': { type: 'string' },
      'include-system-env-vars': { type: 'string' },
      env: { type: 'string', short: 'e', multiple: true },
    },
  });

const defineGlobals = (variables: readonly string[], consoleOutput: string | undefined): void => {
  const env = Object.fromEntries(
    variables.map((variable) => [variable.split('=', 1)[0] ?? '', variable.replace(/^[^=]*=/, '')]),
  );
  Object.assign(globalThis, {
    __ENV: env,
    open: (file: string) => readFileSync(resolve(scriptFolder(), file), 'utf8'),
  });
  const log = (line: string): void =>
    consoleOutput === undefined
      ? void process.stderr.write(`${line}\n`)
      : appendFileSync(consoleOutput, `${line}\n`);
  Object.assign(console, { log });
};

/** The module of the script, again for each virtual user. */
const load = (script: string, user: number): Promise<Script> =>
  import(`${pathToFileURL(script).href}?user=${user}`) as Promise<Script>;

const run = async (): Promise<number> => {
  const { values, positionals } = parse();
  const script = resolve(positionals.at(-1) ?? '');
  defineGlobals(values.env ?? [], values['console-output']);
  const { options, handleSummary } = await load(script, 0);
  const [scenario] = Object.values(options.scenarios);
  if (scenario === undefined) return 104;
  const instances = await Promise.all(
    Array.from({ length: scenario.vus }, async (_, index): Promise<Instance> => {
      const module = await load(script, index + 1);
      return {
        user: makeVirtualUser(index + 1),
        functions: module as unknown as Instance['functions'],
      };
    }),
  );
  startClock();
  await runScenario(scenario, instances);
  const metrics = metricsData();
  for (const [file, text] of Object.entries(handleSummary({ metrics }))) {
    if (file === 'stdout') process.stdout.write(text);
    else writeFileSync(file, text);
  }
  const names = crossed(options.thresholds, metrics);
  if (names.length === 0) return 0;
  process.stderr.write(`thresholds on metrics '${names.join(', ')}' have been crossed\n`);
  return 99;
};

if (process.argv[2] === 'version') {
  process.stdout.write(`k6 v${VERSION} (the k6-like runtime of the tests)\n`);
} else {
  const exitCode = await run().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return 107;
  });
  process.exit(exitCode);
}
