import { servingNames } from '../../../serving-configs/index.ts';
import { runSetup } from '../run/run-setup.ts';
import { listVenv } from '../runtime/list-venv.ts';
import { reasonOf, type RuntimeEntry } from '../runtime/runtime-entry.ts';
import { commonOptionSpecs, jsonText, type Command } from './command.ts';
import { listOf } from './option-values.ts';
import { demandWords, oneOf, parseCommandLine } from './usage.ts';

const specs = { ...commonOptionSpecs, servings: { type: 'string', multiple: true } } as const;

/** In the place of the names. */
const ALL = 'all';

const stateText = (entry: RuntimeEntry): string =>
  entry.state === 'installed'
    ? `${entry.serving}: ${entry.platform ?? 'installed'}`
    : `${entry.serving}: ${reasonOf(entry)}`;

/** Installs the platforms themselves from packages, for `--runtime venv`. */
export const setupCommand: Command = async ({ args, console, signal }) => {
  const { values, positionals } = parseCommandLine(args, specs, 'setup');
  demandWords(positionals, 0, 'setup');
  const named =
    values.servings === undefined || values.servings.join() === ALL
      ? undefined
      : listOf('servings', values.servings).map((word) => oneOf('serving', word, servingNames));
  await runSetup(named, (line) => console.err(`${line}\n`), signal);
  const entries = (await listVenv(signal)).filter(
    ({ serving }) => named === undefined || named.includes(serving),
  );
  console.out(
    values.json === true
      ? jsonText({ servings: entries })
      : entries.map((entry) => `${stateText(entry)}\n`).join(''),
  );
  // One that was named and cannot run is what the user must know.
  return named !== undefined && entries.some(({ state }) => state !== 'installed') ? 1 : 0;
};
