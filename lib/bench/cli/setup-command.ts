import { measuredInStudy, servingNames } from '../../../serving-configs/index.ts';
import type { ValuesOf } from '../../../serving-configs/options/command.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import type { NotReady } from '../../../serving-configs/runtimes/docker/describe-containers.ts';
import { groupBy } from '../analysis/group-by.ts';
import { areServingsNamed } from '../plan/resolve-plan-options.ts';
import { reasonOf, type RuntimeEntry } from '../run/servings/runtime.ts';
import { runtimes } from '../run/servings/slot.ts';
import { jsonText, type Command } from './command.ts';
import type { setupOptions } from './options.ts';
import { containerSourcesOf } from './runnable-servings.ts';

type SetupValues = ValuesOf<typeof setupOptions>;

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

/** The command to run next with the containers that are ready. */
const nextText = (
  { runtime, servings, config }: SetupValues,
  entries: readonly RuntimeEntry[],
): string => {
  const ready = entries.filter(({ state }) => state === 'installed');
  if (runtime !== 'docker' || ready.length === 0) return '';
  const names = ready.map(({ serving }) => serving).join(',');
  const servingsOption = servings === undefined ? '' : ` --servings ${names}`;
  const configOption = config === undefined ? '' : ` --config ${shellWord(config)}`;
  return `\nnext:\n  npx serving-compare run --runtime docker${servingsOption}${configOption}\n`;
};

/** Installs the real servers from packages, or as containers with the models that they serve. */
export const setupCommand: Command<typeof setupOptions> = async (values, { console, signal }) => {
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
};
