import { findLeftovers, type Leftover } from '../../aws/leftovers.ts';
import { columns } from '../../wording/text-layout.ts';
import { counted } from '../../wording/format-number.ts';
import { jsonText, type Command } from '../command.ts';
import { withAws } from './aws-context.ts';
import type { awsOptions } from './aws-options.ts';

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
      ? 'Most of it goes with the stacks:\n  npx serving-compare fetch --all --delete && npx cdk destroy --all'
      : 'No stack holds it any more, so each needs its command, in this order.',
    SHARED,
    '',
  ].join('\n');
};

/** Lists the resources that are left of a deployment. Deletes nothing. */
export const leftoversCommand: Command<typeof awsOptions> = (values, context) => {
  const { console } = context;
  return withAws(values.config, async ({ aws, config }) => {
    const leftovers = await findLeftovers(aws, config.name);
    console.out(
      values.json
        ? jsonText({ deployment: config.name, region: config.region, leftovers })
        : leftoversText(leftovers, config.name, config.region),
    );
    return leftovers.length === 0 ? 0 : 1;
  });
};
