import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../../../../lib/aws/config/config.ts';
import { readConfig } from '../../../../lib/aws/config/index.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const folderWith = (config: unknown, name = 'serving-compare.json'): string => {
  const folder = newFolder();
  writeFileSync(path.join(folder, name), JSON.stringify(config));
  return folder;
};

/** What is wrong with a configuration, one text for each problem. */
const problemsOf = (source: Parameters<typeof readConfig>[0]): readonly string[] => {
  try {
    readConfig(source);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('reading the configuration', () => {
  it('needs no file', () => {
    expect(readConfig({ directory: newFolder() }).pairs).toBe(1);
  });

  it('finds serving-compare.json in the directory', () => {
    expect(readConfig({ directory: folderWith({ pairs: 3 }) }).pairs).toBe(3);
  });

  it('reads another file by its name, which must exist', () => {
    const directory = folderWith({ pairs: 4 }, 'big.json');

    expect(readConfig({ directory, file: 'big.json' }).pairs).toBe(4);
    expect(() => readConfig({ directory, file: 'small.json' })).toThrow(/small\.json/);
  });

  it('lets single values override the file', () => {
    const directory = folderWith({ pairs: 3, k6Version: '1.7.0' });

    expect(readConfig({ directory, values: { pairs: '2' } })).toMatchObject({
      pairs: 2,
      k6Version: '1.7.0',
    });
  });

  it.each([
    ['pairs', '7', { pairs: 7 }],
    [
      'otherAvailabilityZones',
      'us-east-1b, us-east-1c',
      { otherAvailabilityZones: ['us-east-1b', 'us-east-1c'] },
    ],
    ['otherAvailabilityZones', '', { otherAvailabilityZones: [] }],
    ['spot', 'true', { spot: true }],
    ['pairZones', '{"1":"us-east-1a"}', { pairZones: { 1: 'us-east-1a' } }],
  ])('understands %s as the text "%s"', (name, text, expected) => {
    expect(readConfig({ directory: newFolder(), values: { [name]: text } })).toMatchObject(
      expected,
    );
  });

  it('leaves text that cannot be converted to the check, which names valid values', () => {
    const values = { pairs: 'three', spot: 'yes', pairZones: '{' };

    expect(problemsOf({ directory: newFolder(), values })).toEqual([
      expect.stringMatching(/^pairs .*"three"/),
      expect.stringMatching(/^spot .*"yes".* true .* false$/),
      expect.stringMatching(/^pairZones .*"\{"/),
    ]);
  });

  it('refuses unknown options among single values, and ignores keys of CDK', () => {
    const values = { '@aws-cdk/core:x': true, 'aws:cdk:bundling-stacks': ['**'], config: 'f.json' };

    expect(readConfig({ directory: newFolder(), values }).pairs).toBe(1);
    expect(problemsOf({ directory: newFolder(), values: { piars: '2' } })).toEqual([
      expect.stringMatching(/\bpiars: .*\bpairs\b/),
    ]);
  });

  it.each([
    ['{"pairs": 2,}', 'is not JSON'],
    ['[]', 'does not hold an object'],
  ])('says what is wrong with a file with %s', (text, problem) => {
    const directory = newFolder();
    writeFileSync(path.join(directory, 'serving-compare.json'), text);

    expect(() => readConfig({ directory })).toThrow(problem);
  });

  it('finds models relative to the file, and says where it looked', () => {
    const directory = folderWith({ models: 'built' });

    expect(problemsOf({ directory })).toEqual([
      expect.stringContaining(`"built", but ${path.join(directory, 'built')} `),
    ]);
    mkdirSync(path.join(directory, 'built'));
    expect(readConfig({ directory }).models).toBe(path.join(directory, 'built'));
  });
});
