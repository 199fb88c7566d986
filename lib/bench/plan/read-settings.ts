import { assertFits, isObject, readYaml } from '../model-file/read-yaml.ts';
import { LISTED_SETTINGS, settingsGridSchema, type SettingsGrid } from '../model/plan-options.ts';
import { settingsError } from './settings-grid.ts';

const mapValues = (content: unknown, valueOf: (value: unknown, key: string) => unknown): unknown =>
  isObject(content)
    ? Object.fromEntries(Object.entries(content).map(([key, value]) => [key, valueOf(value, key)]))
    : content;

const isListed = (key: string): boolean => (LISTED_SETTINGS as readonly string[]).includes(key);

/** Expands `instances: 2` to `instances: [2]`, also below `only`. */
const withLists = (content: unknown): unknown =>
  mapValues(content, (value, key) => {
    if (key === 'only') return mapValues(value, withLists);
    return isListed(key) && !Array.isArray(value) ? [value] : value;
  });

/**
 * Reads the settings to measure, in YAML or JSON: `instances: [1, 2]`.
 *
 * @throws BenchError `BENCH_SETTINGS` if the file cannot be read, or has an unknown setting or a wrong value
 */
export const readSettings = async (file: string): Promise<SettingsGrid> => {
  const written = { file, what: 'the file', errorOf: settingsError };
  const content = withLists(
    await readYaml(
      written,
      'write one, such as: { instances: [1, 2], maxBatch: [1, 4], batchDelayMs: [2] }',
    ),
  );
  assertFits(content, settingsGridSchema, '', written);
  return content as SettingsGrid;
};
