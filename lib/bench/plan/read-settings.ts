import { SETTING_NAMES } from '../../../serving-configs/settings.ts';
import { assertFits, isObject, readYaml } from '../model-file/read-yaml.ts';
import { settingsGridSchema, type SettingsGrid } from '../model/plan-options.ts';
import { settingsError } from './settings-grid.ts';

/** Expands `instances: 2` to `instances: [2]`. */
const withLists = (content: unknown): unknown =>
  isObject(content)
    ? Object.fromEntries(
        Object.entries(content).map(([key, value]) => [
          key,
          (SETTING_NAMES as readonly string[]).includes(key) && !Array.isArray(value)
            ? [value]
            : value,
        ]),
      )
    : content;

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
