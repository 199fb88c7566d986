import type { DoctorCheck } from '../../aws/doctor/check.ts';
import { runChecks } from '../../aws/doctor/doctor.ts';
import { columns, hangingLines } from '../../wording/text-layout.ts';
import { jsonText, type Command } from '../command.ts';
import { withAws } from './aws-context.ts';
import type { awsOptions } from './aws-options.ts';

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
export const doctorCommand: Command<typeof awsOptions> = (values, { console }) => {
  const { json } = values;
  return withAws(values.config, async ({ aws, config }) => {
    const checks = await runChecks(aws, config);
    const healthy = checks.every(({ state }) => state !== 'failed');
    console.out(json ? jsonText({ healthy, checks }) : checksText(checks, console.outStyle.width));
    return healthy ? 0 : 1;
  });
};
