import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { scriptFiles, TOOL_NAMES } from '../../../../serving-configs/models/build/tools.ts';
import { KERAS_MEAN } from '../../../../serving-configs/models/input/statistics.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../../../serving-configs/models');
/** The signatures that the middleware asks for, with the name of their one input. */
const INPUT_BY_SIGNATURE: Readonly<Record<string, string>> = {
  serving_default: 'image',
  serving_raw: 'raw',
  serving_jpeg: 'jpeg',
};
const savedModel = readFileSync(path.join(FOLDER, 'savedmodel.py'), 'utf8');

describe('the scripts that make what needs a tool', () => {
  it.each(TOOL_NAMES)('are there for %s', (tool) => {
    expect(scriptFiles(tool).filter((file) => !existsSync(file))).toEqual([]);
  });

  it('write a SavedModel with the signatures and inputs that are asked for', () => {
    const [floats, ...strings] = Object.keys(INPUT_BY_SIGNATURE);

    expect(savedModel).toContain(`"${floats}": floats`);
    for (const signature of strings) {
      const input = String(INPUT_BY_SIGNATURE[signature]);
      expect(savedModel).toMatch(new RegExp(`"${signature}": ${input}\\b`));
      expect(savedModel).toMatch(new RegExp(`${input.toUpperCase()}\\b.* = .*"${input}"`));
    }
  });

  it('normalise a JPEG as the rest of the project does', () => {
    expect(savedModel).toContain(`KERAS_MEAN = [${KERAS_MEAN.toReversed().join(', ')}]`);
  });
});
