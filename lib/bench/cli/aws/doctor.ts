import { flag, verbatim } from '../../../../serving-configs/options/kinds.ts';
import type { DoctorCheck, DoctorOptions } from '../../aws/doctor.ts';
import { columns, hangingLines } from '../../wording/text-layout.ts';
import { command, jsonText, type CommandContext } from '../command.ts';
import { awsOptions, withAws, type AwsContext } from './aws-command.ts';

const MARKS = { ok: 'ok', warned: 'warn', failed: 'FAIL', unknown: '?' } as const;

const isUnknown = ({ state }: DoctorCheck): boolean => state === 'unknown';

/** A line for each check; below one that is not ok, the command that fixes it. What could not be checked comes last. */
const checksText = (given: readonly DoctorCheck[], width: number): string => {
  const checks = [...given.filter((check) => !isUnknown(check)), ...given.filter(isUnknown)];
  const labels = columns(checks.map(({ name, state }) => [MARKS[state], name, '|']));
  const count = checks.filter(isUnknown).length;
  return checks
    .flatMap(({ detail, remedy }, index) => [
      ...hangingLines(labels[index]?.slice(0, -1) ?? '', detail, width),
      ...(remedy === undefined ? [] : [`      ${remedy}`]),
    ])
    .concat(
      count === 0
        ? []
        : [`${count} of ${checks.length} could not be checked (?): their lines say why`],
    )
    .map((line) => `${line}\n`)
    .join('');
};

/** Makes the checks and prints them. @returns the exit code */
export const diagnose = async (
  { aws, config }: AwsContext,
  options: DoctorOptions,
  { json, console }: Pick<CommandContext, 'console'> & { readonly json: boolean },
): Promise<number> => {
  const { runChecks } = await import('../../aws/doctor.ts');
  const checks = await runChecks(aws, config, options);
  const bad = options.downloads === true ? ['failed', 'unknown'] : ['failed'];
  const healthy = !checks.some(({ state }) => bad.includes(state));
  const { width } = console.outStyle;
  console.out(json ? jsonText({ healthy, checks }) : checksText(checks, width));
  return healthy ? 0 : 1;
};

/** Checks what a deployment needs. */
export const doctor = command({
  description:
    'Checks what a deployment needs. Without an account: each image at its registry, k6 and the weights. With one: credentials, bootstrap, quotas, zones, AMIs, the right to launch instances, the price, and, once it is deployed, its nodes and their agents. Each failure comes with the command that fixes it.',
  words: ['cdk-options'],
  options: {
    'cdk-options': {
      kind: verbatim,
      description: 'the options that "cdk deploy" will get, after --',
      default: [],
    },
    downloads: {
      kind: flag,
      description:
        'check only what needs no account, as a job in CI does; what cannot be checked counts as failed',
    },
    capacity: {
      kind: flag,
      description:
        'also reserve the instances for a moment, zone after zone, to find one that has them; costs about a cent',
    },
    ...awsOptions,
  },
  examples: [
    'npx serving-compare doctor',
    'npx serving-compare doctor --downloads',
    'npx serving-compare doctor --capacity',
  ],
  exitCodes: '0 all checks passed; 1 a check failed; 2 could not run; 130 interrupted',
  run: ({ json, config, 'cdk-options': cdkOptions, ...asked }, { console }) =>
    withAws(config, (site) => diagnose(site, { ...asked, cdkOptions }, { json, console })),
});
