import type { Check } from '../aws/doctor/check.ts';
import { examine } from '../aws/doctor/doctor.ts';
import { amiOptions, newestImages } from '../aws/doctor/images.ts';
import { configFileOf } from '../aws/read-config.ts';
import { columns } from '../aws/status-text.ts';
import { updateConfigFile } from '../aws/update-config.ts';
import { awsOptionSpecs, withAws, type AwsContext } from './aws-context.ts';
import { jsonText, type Command, type CommandContext } from './command.ts';
import { demandWords, parseCommandLine } from './usage.ts';

const specs = { ...awsOptionSpecs, 'pin-amis': { type: 'boolean' } } as const;

const MARKS = { ok: 'ok', failed: 'FAIL', unknown: '?' } as const;

/** One line a check, and below a failed one what mends it. Pure. */
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

const pinImages = async (
  { aws, config }: AwsContext,
  configFile: string,
  json: boolean,
  { console }: CommandContext,
): Promise<number> => {
  const ids = await newestImages(aws);
  const pinned = { [amiOptions.serving]: ids.serving, [amiOptions.middleware]: ids.middleware };
  await updateConfigFile(configFile, (said) => ({ ...said, ...pinned }));
  const before = { serving: config.servingAmi, middleware: config.middlewareAmi };
  console.out(
    json
      ? jsonText({ file: configFile, pinned, before })
      : [
          `${configFile} pins the images of ${aws.region}:`,
          `  servingAmi     ${ids.serving}${before.serving === undefined ? '' : `, before ${before.serving}`}`,
          `  middlewareAmi  ${ids.middleware}${before.middleware === undefined ? '' : `, before ${before.middleware}`}`,
          'nodes with another image are replaced by the next npx cdk deploy --all',
          '',
        ].join('\n'),
  );
  return 0;
};

/** Checks what a deployment needs, or pins its images. */
export const doctorCommand: Command = (context) => {
  const { console } = context;
  const { values, positionals } = parseCommandLine(context.args, specs, 'doctor');
  demandWords(positionals, 0, 'doctor');
  const json = values.json === true;
  const configFile = configFileOf(values.config);
  return withAws(values.config, context, async (found) => {
    if (values['pin-amis'] === true) return pinImages(found, configFile, json, context);
    const checks = await examine(found.aws, found.config);
    const healthy = checks.every(({ state }) => state !== 'failed');
    console.out(json ? jsonText({ healthy, checks }) : checksText(checks));
    return healthy ? 0 : 1;
  });
};
