import { measuredInStudy, servingNames, type ServingName } from '../../../serving-configs/index.ts';
import { runSetup } from '../run/run-setup.ts';
import { sourceArguments } from '../runtime/list-docker.ts';
import { listRuntime } from '../runtime/list-runtime.ts';
import { reasonOf, type RuntimeEntry } from '../runtime/runtime-entry.ts';
import { dockerScripts, venvScripts } from '../run/project-files.ts';
import { commonOptionSpecs, jsonText, type Command } from './command.ts';
import { listOf } from './option-values.ts';
import { containerSourcesOf } from './runtime-option.ts';
import { demandWords, oneOf, parseCommandLine, usageError } from './usage.ts';

const specs = {
  ...commonOptionSpecs,
  runtime: { type: 'string', default: 'venv' },
  servings: { type: 'string', multiple: true },
  weights: { type: 'string' },
  config: { type: 'string' },
} as const;

type SetupValues = ReturnType<typeof parseCommandLine<typeof specs>>['values'];

/** In the place of the names. */
const ALL = 'all';

const stateText = (entry: RuntimeEntry): string => {
  const { serving, state, platform = 'installed', image, note } = entry;
  if (state !== 'installed') return `${serving}: ${reasonOf(entry)}`;
  const facts = [platform, ...(image === undefined ? [] : [image]), ...(note ? [note] : [])];
  return `${serving}: ${facts.join('; ')}`;
};

/** Undefined: what is usual for the runtime. */
const namedServings = ({
  servings,
}: SetupValues): readonly ServingName[] | typeof ALL | undefined => {
  if (servings === undefined) return undefined;
  if (servings.join() === ALL) return ALL;
  return listOf('servings', servings).map((word) => oneOf('serving', word, servingNames));
};

const RUNTIMES = ['venv', 'docker'] as const;

/** The installer of a runtime, and what is looked up when it is done. */
const planOf = async (values: SetupValues) => {
  const runtime = oneOf('runtime', values.runtime, RUNTIMES);
  const named = namedServings(values);
  const sources = () => containerSourcesOf(values.config);
  if (runtime === 'docker') {
    // Whole images: those that a run takes, where nobody names others.
    const servings = named === ALL ? servingNames : (named ?? measuredInStudy);
    const { weights } = values;
    const args = [
      ...sourceArguments(await sources()),
      '--servings',
      servings.join(','),
      ...(weights === undefined ? [] : ['--weights', weights]),
    ];
    return { runtime, sources, script: dockerScripts.setup, args, servings };
  }
  for (const option of ['weights', 'config'] as const) {
    if (values[option] === undefined) continue;
    throw usageError(`--${option} is only for --runtime docker`, 'add it, or leave it out');
  }
  const servings = named === ALL || named === undefined ? servingNames : named;
  const args = servings === servingNames ? [] : ['--servings', servings.join(',')];
  return { runtime, sources, script: venvScripts().setup, args, servings };
};

/** Gets the platforms themselves: from packages, or as containers with the models that they serve. */
export const setupCommand: Command = async ({ args, console, signal }) => {
  const { values, positionals } = parseCommandLine(args, specs, 'setup');
  demandWords(positionals, 0, 'setup');
  const plan = await planOf(values);
  await runSetup(plan.script, plan.args, (line) => console.err(`${line}\n`), signal);
  const listed = await listRuntime(plan.runtime, plan.sources, signal);
  const entries = (listed?.entries ?? []).filter(({ serving }) => plan.servings.includes(serving));
  if (values.json === true) {
    console.out(jsonText({ servings: entries }));
  } else {
    console.out(entries.map((entry) => `${stateText(entry)}\n`).join(''));
    if (plan.runtime === 'docker') {
      const chosen =
        values.servings === undefined ? '' : ` --servings ${values.servings.join(',')}`;
      const config = values.config === undefined ? '' : ` --config ${values.config}`;
      if (entries.some(({ state }) => state === 'installed'))
        console.out(`\nnext: npx serving-compare run --runtime docker${chosen}${config}\n`);
    }
  }
  // One that was named and cannot run is what the user must know.
  const isNamed = values.servings !== undefined && values.servings.join() !== ALL;
  return isNamed && entries.some(({ state }) => state !== 'installed') ? 1 : 0;
};
