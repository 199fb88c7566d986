import type { Check } from '../aws/doctor/check.ts';
import { examine } from '../aws/doctor/doctor.ts';
import { columns } from '../wording/columns.ts';
import { withAws } from './aws-context.ts';
import { jsonText, type Command } from './command.ts';
import type { awsOptions } from './aws-options.ts';

const MARKS = { ok: 'ok', failed: 'FAIL', unknown: '?' } as const;

/** One line for each check, and below a failed one how to fix it. */
export const checksText = (checks: readonly Check[]): string => {
  const lines = columns(checks.map(({ name, state, detail }) => [MARKS[state], name, detail]));
  return checks
    .flatMap(({ remedy }, index) => [
      lines[index] ?? '',
      ...(remedy === undefined ? [] : [`      ${remedy}`]),
    ])
    .map((line) => `${line}\n`)
    .join('');
};

/** Checks what a deployment needs. */
export const doctorCommand: Command<typeof awsOptions> = ({ config, json }, context) => {
  const { console } = context;
  return withAws(config, async (found) => {
    const checks = await examine(found.aws, found.config);
    const healthy = checks.every(({ state }) => state !== 'failed');
    console.out(json ? jsonText({ healthy, checks }) : checksText(checks));
    return healthy ? 0 : 1;
  });
};
