import type { Leftover } from '../../aws/leftovers.ts';
import { columns } from '../../wording/text-layout.ts';
import { counted } from '../../wording/format-number.ts';
import { command, jsonText } from '../command.ts';
import { awsOptions, withAws } from './aws-command.ts';

const SHARED =
  'The stack CDKToolkit with its bucket is shared by all CDK projects of the account and stays; "npx cdk gc --unstable=gc" deletes assets that nothing uses.';

const leftoversText = (leftovers: readonly Leftover[], name: string, region: string): string => {
  if (leftovers.length === 0) {
    return `nothing is left of "${name}" in ${region}\n`;
  }
  const hasStack = leftovers.some(({ kind }) => kind === 'stack');
  return [
    `${counted(leftovers.length, 'leftover')} of "${name}" in ${region}`,
    '',
    ...columns(leftovers.map(({ kind, id, note, remove }) => [kind, id, note, remove])),
    '',
    hasStack
      ? 'Most of it goes with the stacks.'
      : 'No stack holds it any more, so each needs its command, in this order.',
    SHARED,
    '',
  ].join('\n');
};

/** Lists the resources that are left of a deployment. Deletes nothing. */
export const leftovers = command({
  description:
    'Checks that nothing is left of a deployment and lists leftovers: its stacks, and the instances and volumes with its tags. Deletes nothing; each line has the command that does. Things that cost nothing, such as roles and documents, are not listed.',
  options: awsOptions,
  examples: ['npx serving-compare leftovers'],
  exitCodes: '0 nothing is left; 1 something is; 2 could not run; 130 interrupted',
  run: (values, { console }) =>
    withAws(values.config, async ({ aws, config }) => {
      const { findLeftovers } = await import('../../aws/leftovers.ts');
      const left = await findLeftovers(aws, config.name);
      console.out(
        values.json
          ? jsonText({ deployment: config.name, region: config.region, leftovers: left })
          : leftoversText(left, config.name, config.region),
      );
      return left.length === 0 ? 0 : 1;
    }),
});
