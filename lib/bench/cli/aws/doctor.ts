import type { DoctorCheck } from '../../aws/doctor.ts';
import { columns, hangingLines } from '../../wording/text-layout.ts';
import { command, jsonText } from '../command.ts';
import { awsOptions, withAws } from './aws-command.ts';

const MARKS = { ok: 'ok', failed: 'FAIL', unknown: '?' } as const;

/** A line for each check; below a failed one, the command that fixes it. */
const checksText = (checks: readonly DoctorCheck[], width: number): string => {
  const labels = columns(checks.map(({ name, state }) => [MARKS[state], name, '|']));
  return checks
    .flatMap(({ detail, remedy }, index) => [
      ...hangingLines(labels[index]?.slice(0, -1) ?? '', detail, width),
      ...(remedy === undefined ? [] : [`      ${remedy}`]),
    ])
    .map((line) => `${line}\n`)
    .join('');
};

/** Checks what a deployment needs. */
export const doctor = command({
  description:
    'Checks what a deployment needs: credentials, region, bootstrap, quotas, zones, AMIs, and, once it is deployed, its nodes and their agents. Each failure comes with the command that fixes it.',
  options: awsOptions,
  examples: ['npx serving-compare doctor'],
  exitCodes: '0 all checks passed; 1 a check failed; 2 could not run; 130 interrupted',
  run: (values, { console }) =>
    withAws(values.config, async ({ aws, config }) => {
      const { runChecks } = await import('../../aws/doctor.ts');
      const checks = await runChecks(aws, config);
      const healthy = checks.every(({ state }) => state !== 'failed');
      const { width } = console.outStyle;
      console.out(values.json ? jsonText({ healthy, checks }) : checksText(checks, width));
      return healthy ? 0 : 1;
    }),
});
