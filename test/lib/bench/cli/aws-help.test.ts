import { awsHelpTexts } from '../../../../lib/bench/cli/help-aws.ts';
import { deploymentHelpTexts } from '../../../../lib/bench/cli/help-deployment.ts';
import { commandNames, helpTexts } from '../../../../lib/bench/cli/help.ts';
import { runBench } from '../../../support/bench-cli.ts';

jest.setTimeout(120_000);

const onAws = { ...awsHelpTexts, ...deploymentHelpTexts };
const names = Object.keys(onAws) as readonly (keyof typeof onAws)[];

/** Nobody is there, so whatever asks AWS would fail. */
const NOWHERE = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_ACCESS_KEY_ID: '' };

describe('the commands on AWS', () => {
  it.each(names)('%s has a help with usage, options, examples and exit codes', (name) => {
    const text = onAws[name];

    expect(text).toMatch(new RegExp(`^usage: serving-compare ${name}`));
    for (const part of ['--config FILE', '--json', 'examples\n', 'exit codes: ']) {
      expect(text).toContain(part);
    }
    expect(commandNames).toContain(name);
    expect(helpTexts.overview).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  it.each(names)('%s is explained without AWS', async (name) => {
    expect(await runBench([name, '--help'], NOWHERE)).toEqual({
      exitCode: 0,
      stdout: onAws[name],
      stderr: '',
    });
  });

  it.each([
    [['logs'], '"serving-compare logs" needs a run', 'npx serving-compare status'],
    [['cancel'], '"serving-compare cancel" needs a run', 'npx serving-compare status'],
    [['extend'], '"serving-compare extend" needs hours', 'npx serving-compare extend 4'],
    [['extend', '1000'], '"1000" is no number of hours', 'from 0.1 to 72'],
    [['fetch'], 'needs a run, or --all', 'npx serving-compare status'],
    [['fetch', 'a', '--all'], 'needs a run, or --all', 'npx serving-compare status'],
    [['status', 'A_b'], '"A_b" is no run id', 'npx serving-compare status'],
    [['doctor', '--confi'], 'has no option --confi', 'did you mean --config?'],
    [['run', '--on', 'azure'], 'there is no place to run "azure"', 'local, aws'],
    [['status', '--config', '/nowhere.json'], '/nowhere.json cannot be read', '--config FILE'],
  ])('exits with 2 for %j before it asks AWS', async (args, why, remedy) => {
    const { exitCode, stderr } = await runBench(args, NOWHERE);

    expect(exitCode).toBe(2);
    expect(stderr).toContain(why);
    expect(stderr).toContain(remedy);
  });
});
