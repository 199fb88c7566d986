import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Environment } from '../../model/environment.ts';
import type { Measurement } from '../../model/measurement.ts';
import type { Plan } from '../../model/plan.ts';
import type { RunData } from '../../results/run-folder.ts';
import { machineText, systemText } from '../../wording/machine-text.ts';
import type { RunDifference } from './comparison.ts';

/** What is known of a run before its first measurement. */
export type ComparedRunFacts = Pick<RunData, 'folder' | 'plan' | 'environment'>;

type ComparedFacts = readonly (readonly [what: string, text: string])[];

const NONE = 'none';
const DIGEST_DIGITS = 12;

const joined = (texts: readonly (string | number)[]): string => [...new Set(texts)].join(', ');

/** The number of images and a digest of their content that does not depend on their order. */
const imagesText = ({ images }: Plan): string => {
  const lines = images.map(({ file, sha256 }) => `${file} ${sha256}`).toSorted();
  const digest = createHash('sha256').update(lines.join('\n')).digest('hex');
  return `${images.length} images, digest ${digest.slice(0, DIGEST_DIGITS)}`;
};

const middlewareText = ({ options }: Plan): string =>
  options.middleware === undefined ? 'default' : JSON.stringify(options.middleware);

/** A time of all measurements: `1.8 s`. */
const secondsText = (
  { measurements }: Plan,
  secondsOf: (measurement: Measurement) => number,
): string => {
  const measured = measurements.filter(({ engine }) => engine !== 'noop');
  return `${joined(measured.map(secondsOf))} s`;
};

const commitText = ({ hash, dirty }: NonNullable<Environment['commit']>): string =>
  hash.slice(0, DIGEST_DIGITS) + (dirty ? ' with changes' : '');

const nodesText = ({ aws }: Environment): string =>
  (aws?.pairs ?? [])
    .map(
      ({ pair, serving, middleware }) => `${pair}: ${serving.instanceId} ${middleware.instanceId}`,
    )
    .toSorted()
    .join(', ') || NONE;

/** Facts that must be equal, so that a change is due to the software. */
const fixedFacts = ({ plan, environment }: ComparedRunFacts): ComparedFacts => {
  const { machine, processes } = environment;
  return [
    ['Model', `${basename(plan.model.file)}, SHA-256 ${plan.model.sha256.slice(0, DIGEST_DIGITS)}`],
    ['Data set', imagesText(plan)],
    ['Runtime', `${plan.runtime} (${plan.where})`],
    ['Machine', machineText(machine)],
    ['Nodes', nodesText(environment)],
    ['Accelerator', environment.aws?.accelerator ?? NONE],
    [
      'Processes',
      `middleware ${processes.middleware}, serving ${processes.serving}, load ${processes.load}`,
    ],
    ['Middleware settings', middlewareText(plan)],
    ['Delay of the serving', `${plan.options.delayMs ?? 0} ms`],
    ['Load generator', plan.options.loadGenerator],
    ['Warm-up', secondsText(plan, ({ warmupSeconds }) => warmupSeconds)],
    ['Timeout', secondsText(plan, ({ timeoutMs }) => timeoutMs / 1000)],
  ];
};

/** Facts that may differ, and are often the reason for the comparison. */
const openFacts = ({ plan, environment }: ComparedRunFacts): ComparedFacts => {
  const { machine, versions, commit, aws } = environment;
  return [
    // A run may have chosen it.
    ['Measuring window', secondsText(plan, ({ durationSeconds }) => durationSeconds)],
    ['System', systemText(machine)],
    ['Commit', commit === null ? NONE : commitText(commit)],
    ...Object.entries(versions).map(([name, version]) => [`Version of ${name}`, version] as const),
    ...Object.entries(plan.served ?? {}).map(
      ([serving, { platform, engine, image, running }]) =>
        [serving, [platform, running ?? engine, image].filter(Boolean).join(', ')] as const,
    ),
    ...Object.entries(aws?.images ?? {}).map(
      ([name, image]) => [`Container image of ${name}`, image] as const,
    ),
  ];
};

const differing = (before: ComparedFacts, after: ComparedFacts): readonly RunDifference[] => {
  const [earlier, later] = [new Map(before), new Map(after)];
  return [...new Set([...earlier.keys(), ...later.keys()])]
    .map((what) => ({
      what,
      before: earlier.get(what) ?? NONE,
      after: later.get(what) ?? NONE,
    }))
    .filter((fact) => fact.before !== fact.after);
};

/** The differences between two comparable runs that may explain changes. */
export const runDifferences = (
  before: ComparedRunFacts,
  after: ComparedRunFacts,
): readonly RunDifference[] => differing(openFacts(before), openFacts(after));

/** The differences between two runs that make them not comparable. */
export const fixedDifferences = (
  before: ComparedRunFacts,
  after: ComparedRunFacts,
): readonly RunDifference[] => differing(fixedFacts(before), fixedFacts(after));
