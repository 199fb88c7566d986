import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { servingNames } from '../../../../serving-configs/index.ts';
import type { Cell } from '../../plan/cell.ts';
import type { Plan } from '../../plan/plan.ts';
import { smtText } from '../../wording/cpu-state-texts.ts';
import { formatBytes } from '../../wording/format-number.ts';
import type { Environment } from '../../results/environment.ts';
import type { RunData } from '../../results/run-folder.ts';
import type { RunDifference } from './comparison.ts';

type Fact = readonly [what: string, text: string];

const NONE = 'none';
/** Of a fact that older records lack, which makes no difference. */
const NOT_RECORDED = 'not recorded';

const joined = (texts: readonly (string | number)[]): string => [...new Set(texts)].join(', ');

const cellFacts = (cells: readonly Cell[]): readonly Fact[] => {
  const measured = cells.filter(({ engine }) => engine !== 'null');
  const seconds = (of: (cell: Cell) => number): string => `${joined(measured.map(of))} s`;
  return [
    ['Measuring window', seconds(({ durationSeconds }) => durationSeconds)],
    ['Warm-up', seconds(({ warmupSeconds }) => warmupSeconds)],
    ['Timeout', seconds(({ timeoutMs }) => timeoutMs / 1000)],
  ];
};

const delayText = ({ options }: Plan): string =>
  options.delayMs === undefined ? NONE : `${options.delayMs} ms`;

const middlewareText = ({ options }: Plan): string => {
  if (options.middleware === undefined) return 'its own';
  const { processes, restTimeoutMs, imagesDrawnBy, blockingServings, channelPerCallServings } =
    options.middleware;
  return [
    `processes ${processes}`,
    `REST timeout ${restTimeoutMs / 1000} s`,
    `images drawn by ${imagesDrawnBy}`,
    `blocking: ${joined(blockingServings)}`,
    `a channel per call: ${joined(channelPerCallServings)}`,
  ].join(', ');
};

const planFacts = (plan: Plan): readonly Fact[] => [
  ['Profile', plan.profile],
  ['Where', plan.where],
  ['What serves', plan.runtime],
  ['Load engine', plan.options.loadEngine],
  ['Delay of the serving', delayText(plan)],
  ['Setting of the middleware', middlewareText(plan)],
  ...cellFacts(plan.cells),
  ...servingNames.flatMap((serving): readonly Fact[] => {
    const served = plan.served?.[serving];
    return served === undefined
      ? []
      : [[serving, [served.platform, served.engine, served.image].filter(Boolean).join(', ')]];
  }),
];

const awsFacts = ({ aws }: Environment): readonly Fact[] =>
  aws === undefined
    ? []
    : [
        ['Region', aws.region],
        ['Serving nodes', joined(aws.pairs.map(({ serving }) => serving.instanceType))],
        ['Middleware nodes', joined(aws.pairs.map(({ middleware }) => middleware.instanceType))],
        ...Object.entries(aws.images).map(([name, image]): Fact => [`Image of ${name}`, image]),
      ];

const environmentFacts = (environment: Environment): readonly Fact[] => {
  const { machine, versions, commit, processes } = environment;
  return [
    ['Processor', `${machine.cpuModel}, ${machine.cores} cores`],
    ['CPU governor', machine.cpuGovernor ?? NOT_RECORDED],
    ['SMT', machine.smt === undefined ? NOT_RECORDED : smtText(machine.smt)],
    ['Memory', formatBytes(machine.memoryBytes)],
    ['System', `${machine.os}, kernel ${machine.kernel}, ${machine.architecture}`],
    [
      'Processes',
      `middleware ${processes.middleware}, serving ${processes.serving}, load ${processes.load}`,
    ],
    ['Commit', commit === null ? NONE : commit.hash + (commit.dirty ? ', changed' : '')],
    ...Object.entries(versions).map(([name, version]): Fact => [`Version of ${name}`, version]),
    ...awsFacts(environment),
  ];
};

const factsOf = ({ plan, environment }: RunData): ReadonlyMap<string, string> =>
  new Map([...planFacts(plan), ...environmentFacts(environment)]);

const differing = (
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly RunDifference[] =>
  [...new Set([...before.keys(), ...after.keys()])]
    .map((what) => ({
      what,
      before: before.get(what) ?? NONE,
      after: after.get(what) ?? NONE,
    }))
    .filter(
      ({ before: one, after: other }) =>
        one !== other && one !== NOT_RECORDED && other !== NOT_RECORDED,
    );

/** What was not the same in two runs besides the time: each may be why their figures differ. */
export const runDifferences = (before: RunData, after: RunData): readonly RunDifference[] =>
  differing(factsOf(before), factsOf(after));

const DIGEST_DIGITS = 12;

/** A set of images by its number and a digest of what it holds, whatever the order. */
const imagesText = ({ images }: Plan): string => {
  const digest = createHash('sha256')
    .update(
      images
        .map(({ file, sha256 }) => `${file} ${sha256}`)
        .toSorted()
        .join('\n'),
    )
    .digest('hex');
  return `${images.length} images, digest ${digest.slice(0, DIGEST_DIGITS)}`;
};

/** What two runs must have in common, or they did different work. */
const workOf = ({ plan }: RunData): ReadonlyMap<string, string> =>
  new Map<string, string>([
    ['model', `${basename(plan.model.file)}, SHA-256 ${plan.model.sha256.slice(0, DIGEST_DIGITS)}`],
    ['data set', imagesText(plan)],
    [
      'kind of serving',
      plan.runtime === 'reference' ? 'the reference serving' : 'the platforms themselves',
    ],
  ]);

/** What two runs differ in so that their rates are of different work. Empty where they can be compared. */
export const workDifferences = (before: RunData, after: RunData): readonly RunDifference[] =>
  differing(workOf(before), workOf(after));
