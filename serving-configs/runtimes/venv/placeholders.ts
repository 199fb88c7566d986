import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { VenvFacts } from './venv-facts.ts';

/** Writes the files that a platform has filled in, into the folder of the run; placeholders in their paths count too. */
export const writeFiles = async (
  files: VenvFacts['files'],
  values: PlaceholderValues,
): Promise<void> => {
  for (const [target, source] of Object.entries(files ?? {})) {
    const file = path.join(values.work, fillIn(target, values));
    const text = await readFile(path.join(values.here, source), 'utf8');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, fillIn(text, values));
  }
};

/** What the texts of a platform's facts, and the files that it has written, may name in braces. */
export interface PlaceholderValues {
  /** Python of the environment. */
  readonly python: string;
  /** The folder with the programs of the environment. */
  readonly bin: string;
  /** The folder with the packages of the environment. */
  readonly packages: string;
  /** Node that runs this. */
  readonly node: string;
  /** The folder `venv` beside the platform's `venv.ts`. */
  readonly here: string;
  /** The folder with the Python side that all platforms share. */
  readonly common: string;
  /** A fresh folder, removed when the run has ended. */
  readonly work: string;
  /** Name of the model in the manifest. */
  readonly model: string;
  /** Names of the model's tensors in the manifest; empty where it has none. */
  readonly input: string;
  readonly output: string;
  /** Shape of the model's input, with commas: `1,3,224,224`. */
  readonly shape: string;
  readonly restPort: string;
  readonly grpcPort: string;
  /** Threads of one computation. */
  readonly threads: string;
  /** The ports that the platform has beside these, as `{port:NAME}`. */
  readonly ports: Readonly<Record<string, string>>;
}

const PLACEHOLDER =
  /\{(python|bin|packages|node|here|common|work|model|input|output|shape|restPort|grpcPort|threads)\}|\{port:([a-z]+)\}/g;

/**
 * Fills in a text. Braces around anything else are left alone, as JSON has them.
 * @throws Error where it names a port that the platform does not have.
 */
export const fillIn = (text: string, values: PlaceholderValues): string =>
  text.replace(PLACEHOLDER, (_, name: keyof Omit<PlaceholderValues, 'ports'>, port: string) => {
    if (name !== undefined) return values[name];
    const number = values.ports[port];
    if (number === undefined) throw new Error(`no port is named "${port}"`);
    return number;
  });
