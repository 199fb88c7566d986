import { durationText } from '../progress/progress-text.ts';
import { buildCells } from '../plan/build-plan.ts';
import { buildPaths } from '../plan/build-paths.ts';
import { estimateSeconds } from '../plan/estimate.ts';
import { resolvePlanOptions } from '../plan/plan-options.ts';
import { statementOf } from '../statement.ts';
import { commonOptionSpecs, jsonText, type Command } from './command.ts';
import { helpTexts } from './help.ts';
import { planOptionSpecs, planOverridesOf } from './plan-arguments.ts';
import { demandWords, parseCommandLine } from './usage.ts';

const specs = { ...commonOptionSpecs, ...planOptionSpecs } as const;

/** Prints cells and time of a plan. */
export const planCommand: Command = ({ args, console }) => {
  const { values, positionals } = parseCommandLine(args, specs, 'plan');
  if (values.help === true) {
    console.out(helpTexts.plan);
    return Promise.resolve(0);
  }
  demandWords(positionals, 0, 'plan');
  const said = planOverridesOf(values);
  const options = resolvePlanOptions(said);
  const paths = buildPaths(options, said.servings !== undefined);
  const cells = buildCells(paths, options);
  const seconds = estimateSeconds(cells);
  const statement = statementOf({
    paths,
    model: { file: '', sha256: '', trained: false },
    options,
  }).replace(/^Compared/, 'To be compared');
  if (values.json === true) {
    console.out(jsonText({ statement, options, estimateSeconds: seconds, cells }));
    return Promise.resolve(0);
  }
  console.out(
    [
      statement,
      '',
      ...cells.map(
        ({ id, warmupSeconds, durationSeconds, directSeconds }, index) =>
          `${String(index + 1).padStart(String(cells.length).length)}  ${id}  ${warmupSeconds} + ${durationSeconds} s${directSeconds === undefined ? '' : `, direct ${directSeconds} s`}`,
      ),
      '',
      `${cells.length} cells on ${paths.length} paths, profile ${options.profile}, seed ${options.seed}: about ${durationText(seconds)}`,
      '',
    ].join('\n'),
  );
  return Promise.resolve(0);
};
