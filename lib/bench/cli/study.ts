import { choice } from '../../../serving-configs/options/kinds.ts';
import { planOptions } from '../plan/command-line.ts';
import { command } from './command.ts';
import { confirm } from './confirm.ts';
import { yes } from './options.ts';
import { run } from './run.ts';
import { awsOptions, runStep, showStep, withAws } from './aws/aws-command.ts';
import { deploy } from './aws/deploy.ts';
import { QUICK_RUN } from './aws/deployment-text.ts';
import { diagnose } from './aws/doctor.ts';

const STUDY = 'replicate-2021';

/** Does everything for a study, up to its start. */
export const study = command({
  description:
    'Checks account, quotas and images, deploys, tries the nodes with a quick run, and starts the study, which goes on without this terminal. Says how long that takes, what it costs and when the nodes end, and asks once. It does not start a study that lacks a serving which the nodes cannot start, unless --servings names the others. Every step is a command of its own, which is shown. To continue after a step that failed, call it again.',
  options: {
    on: {
      kind: choice(undefined, ['aws']),
      description: 'where; a study takes two machines',
      default: 'aws',
    },
    profile: { ...planOptions.profile, defaultText: STUDY },
    servings: { ...planOptions.servings, defaultText: 'those of the deployment' },
    yes,
    config: awsOptions.config,
  },
  examples: ['npx serving-compare study --on aws'],
  exitCodes:
    '0 the study has started; 1 a step before failed; 2 could not run, or the study would lack a serving; 130 interrupted',
  run: ({ profile = STUDY, servings, ...values }, context) =>
    withAws(values.config, async (site) => {
      const { assertAllServings, deploySeconds, extendIfNeeded, runSeconds, timesText, tryNodes } =
        await import('./study-steps.ts');
      const tell = (line: string): void => context.console.err(`${line}\n`);
      const configured = values.config === undefined ? [] : ['--config', values.config];
      const named =
        servings === undefined ? [] : ['--servings', planOptions.servings.kind.write(servings)];
      const wordsOf = (...options: readonly string[]): readonly string[] => [
        '--on',
        'aws',
        ...options,
        ...named,
        ...configured,
      ];
      const quick = wordsOf(...QUICK_RUN);
      const words = wordsOf('--profile', profile);
      const trialSeconds = await runSeconds(site, quick, context.signal);
      const studySeconds = await runSeconds(site, words, context.signal);
      showStep(['npx serving-compare doctor', ...configured].join(' '), context);
      // Nodes that were lost are deployed again, so they are no failure here.
      const printed = { json: false, console: context.console };
      if ((await diagnose(site, { nodes: false }, printed)) !== 0) {
        tell('nothing was deployed: fix what failed, then run this command again');
        return 1;
      }
      const deployment = await deploySeconds(site);
      const times = { deployment, trial: trialSeconds, study: studySeconds };
      const [begin, notBegun] =
        deployment === 0
          ? ['Start', 'nothing was started']
          : ['Deploy and start', 'nothing was deployed'];
      const question = `\n${timesText(site, times)}\n${begin}?`;
      if (!values.yes && !(await confirm(question, context))) {
        tell(notBegun);
        return 1;
      }
      if ((await runStep(['deploy', deploy], ['--yes', ...configured], context)) !== 0) return 1;
      await assertAllServings(site, { profile, servings });
      if (!(await tryNodes(site, quick, context))) return 1;
      await extendIfNeeded(site, studySeconds, configured, context);
      const code = await runStep(['run', run], [...words, '--detach'], context);
      if (code === 0) tell('when it has ended:\n  npx serving-compare finish');
      return code;
    }),
});
