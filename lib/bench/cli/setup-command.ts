import { measuredInStudy, servingNames } from '../../../serving-configs/index.ts';
import type { ValuesOf } from '../../../serving-configs/options/command.ts';
import { areServingsNamed } from '../plan/plan-options.ts';
import { childOutput } from '../run/child.ts';
import { listRuntime, reasonOf, type RuntimeEntry } from '../run/list-runtime.ts';
import { scripts } from '../run/project-files.ts';
import { jsonText, type Command } from './command.ts';
import type { setupOptions } from './options.ts';
import { containerSourcesOf } from './runtime-option.ts';

/** How long an interrupted installer may take to undo its work; the next one completes that. */
const STOP_GRACE_MS = 10_000;

type SetupValues = ValuesOf<typeof setupOptions>;

const stateText = (entry: RuntimeEntry): string => {
  const { serving, state, platform = 'installed', image, note } = entry;
  if (state !== 'installed') return `${serving}: ${reasonOf(entry)}`;
  const facts = [platform, ...(image === undefined ? [] : [image]), ...(note ? [note] : [])];
  return `${serving}: ${facts.join('; ')}`;
};

/** The installer of a runtime, and what to list afterwards. */
const planOf = async ({ runtime, servings: named, weights, config }: SetupValues) => {
  const sources = () => containerSourcesOf(config);
  if (runtime === 'docker') {
    // Images are large: by default only those that a run uses by default.
    const servings = named ?? measuredInStudy;
    const { images, models } = await sources();
    const args = [
      '--images',
      JSON.stringify(images),
      ...(models === undefined ? [] : ['--models', models]),
      '--servings',
      servings.join(','),
      ...(weights === undefined ? [] : ['--weights', weights]),
    ];
    return { runtime, sources, script: scripts.dockerSetup, args, servings };
  }
  const servings = named ?? servingNames;
  const args = servings === servingNames ? [] : ['--servings', servings.join(',')];
  return { runtime, sources, script: scripts.venvSetup, args, servings };
};

/** Installs the real servers: from packages, or as containers with the models that they serve. */
export const setupCommand: Command<typeof setupOptions> = async (values, { console, signal }) => {
  const plan = await planOf(values);
  const tell = (line: string): void => console.err(`${line}\n`);
  const what = 'the real servers could not be installed';
  const run = { code: 'BENCH_SETUP', what, tell, graceMs: STOP_GRACE_MS } as const;
  await childOutput(plan.script, plan.args, run, signal);
  const listed = await listRuntime(plan.runtime, plan.sources, signal);
  const entries = (listed?.entries ?? []).filter(({ serving }) => plan.servings.includes(serving));
  if (values.json) {
    console.out(jsonText({ servings: entries }));
  } else {
    console.out(entries.map((entry) => `${stateText(entry)}\n`).join(''));
    if (plan.runtime === 'docker') {
      const ready = entries.filter(({ state }) => state === 'installed');
      const chosen =
        values.servings === undefined
          ? ''
          : ` --servings ${ready.map(({ serving }) => serving).join(',')}`;
      const config = values.config === undefined ? '' : ` --config ${values.config}`;
      if (ready.length > 0)
        console.out(`\nnext: npx serving-compare run --runtime docker${chosen}${config}\n`);
    }
  }
  // One that was named and cannot run is what the user must know.
  return areServingsNamed(values) && entries.some(({ state }) => state !== 'installed') ? 1 : 0;
};
