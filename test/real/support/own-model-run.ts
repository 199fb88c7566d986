import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { summarise } from '../../../lib/bench/analysis/summarise.ts';
import type { AnswerCheck, ResultRecord } from '../../../lib/bench/model/record.ts';
import { readRunFolder } from '../../../lib/bench/results/run-folder.ts';
import { readTensors } from '../../../serving-configs/models/tensors/tensor-body.ts';
import { numbersOf } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import { runBench } from '../../support/bench-cli.ts';

const isOf =
  <Kind extends ResultRecord['kind']>(kind: Kind) =>
  (record: ResultRecord): record is Extract<ResultRecord, { kind: Kind }> =>
    record.kind === kind;

/** A part of the description that `init` wrote, and its replacement. */
type Edit = readonly [part: RegExp, text: string];

/** Replaces the inputs of a description. */
export const inputsAre = (text: string): Edit => [/^inputs:\n( .*\n)+/m, `inputs: ${text}\n`];

/** Writes the description of a model as a user would: with `init`, then by editing it. */
export const describeOwn = async (onnx: string, folder: string, ...edits: readonly Edit[]) => {
  const description = path.join(folder, 'model.yaml');
  const { exitCode, stderr } = await runBench(`init --model ${onnx} --output ${description}`);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  let text = readFileSync(description, 'utf8');
  for (const [part, replacement] of edits) {
    expect(text).toMatch(part);
    text = text.replace(part, replacement);
  }
  writeFileSync(description, text);
  return description;
};

/** Matches an output that passed its check. */
export const correct = (output: string, check: string) =>
  expect.objectContaining({ output, check, passed: true }) as object;

/** The output of `validate` for a description. */
export const validateOwn = async (description: string) => {
  const { exitCode, stdout } = await runBench(`validate --model ${description} --json`);
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as {
    readonly requests: object;
    readonly targets: readonly { readonly serving: string; readonly protocol: string }[];
    readonly leftOut: readonly { readonly serving: string; readonly reason: string }[];
  };
};

/** The values of the outputs in the files of a folder, one object for each request. */
const valuesIn = (folder: string) =>
  (existsSync(folder) ? readdirSync(folder).toSorted() : []).map((file) => {
    const { tensors } = readTensors(readFileSync(path.join(folder, file)), 'outputs');
    return Object.fromEntries(tensors.map((tensor) => [tensor.name, numbersOf(tensor)]));
  });

const nameOf = ({ target: { serving, protocol } }: Pick<AnswerCheck, 'target'>) =>
  `${serving} ${protocol}`;

/** The option as a user types it. */
export type Runtime = '--runtime venv' | '--runtime docker';

const distinct = (names: readonly string[]): string => [...new Set(names)].join(',');

/** Runs a described model on real servers, one second per target, and reads the results. */
export const runOwn = async (
  description: string,
  targets: readonly string[],
  {
    runtime = '--runtime venv',
    folder = path.join(path.dirname(description), 'run'),
  }: { readonly runtime?: Runtime; readonly folder?: string } = {},
) => {
  const servings = distinct(targets.map((target) => target.split(' ')[0] ?? ''));
  const protocols = distinct(targets.map((target) => target.split(' ')[1] ?? ''));
  const { exitCode, stdout, stderr } = await runBench(
    `run --model ${description} ${runtime} --servings ${servings} --protocols ${protocols}
    --repeats 1 --warmup 0.1s --duration 1s --levels 1 --noop-limits none --output ${folder}`,
  );
  const data = await readRunFolder(folder).catch((error: unknown) => {
    throw new Error(`the run left nothing to read: ${stderr}`, { cause: error });
  });
  const { validity } = summarise(data);
  const checks = data.records.filter(isOf('answer-check'));
  // The second block measures the same targets again.
  const measured = data.records
    .filter(isOf('measurement'))
    .filter(({ measurement }) => measurement.block === 1);
  return {
    exitCode,
    stdout,
    validity,
    checks,
    /** The targets of the plan. */
    targets: data.plan.targets.map((target) => nameOf({ target })).toSorted(),
    /** The compared outputs of each request, by target. */
    compared: Object.fromEntries(
      checks.map((check) => [
        nameOf(check),
        { state: check.state, outputs: check.tensors?.map(({ outputs = [] }) => outputs) },
      ]),
    ),
    measured: measured.map((record) => ({
      target: nameOf(record.measurement),
      state: record.state,
      ...(record.state === 'completed'
        ? { succeeded: record.load.succeeded, failed: record.load.failed }
        : { message: record.message }),
    })),
    /** The correct answer to each request. */
    correct: valuesIn(path.join(folder, 'model/answers')),
    report: readFileSync(path.join(folder, 'report.md'), 'utf8'),
  };
};

export type OwnRun = Awaited<ReturnType<typeof runOwn>>;

/** Expects that every target answered each request correctly, and was measured without failures. */
export const expectAllCorrect = (run: OwnRun, targets: readonly string[], outputs: object[]) => {
  const sorted = targets.toSorted();

  expect(run.targets).toEqual(sorted);
  expect(run.compared).toEqual(
    Object.fromEntries(
      sorted.map((target) => [
        target,
        { state: 'passed', outputs: run.correct.map(() => outputs) },
      ]),
    ),
  );
  expect(run.measured.toSorted((a, b) => (a.target < b.target ? -1 : 1))).toEqual(
    sorted.map((target) => ({
      target,
      state: 'completed',
      succeeded: expect.any(Number) as number,
      failed: 0,
    })),
  );
  // Calibration may fail while other tests run.
  expect(run.exitCode).toBe(run.validity?.valid === true ? 0 : 1);
  expect(run.stdout).toMatch(/^RESULT/m);
};
