import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readConfig } from '../../../../lib/aws/config/index.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const folderWith = (config: unknown, name = 'serving-compare.json'): string => {
  const folder = newFolder();
  writeFileSync(path.join(folder, name), JSON.stringify(config));
  return folder;
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
    expect(() => readConfig({ directory, file: 'small.json' })).toThrow(
      /there is no .*small\.json/,
    );
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

    expect(() => readConfig({ directory: newFolder(), values })).toThrow(
      /pairs is "three".*\n.*spot is "yes": give true or false\n.*pairZones is "\{"/,
    );
  });

  it('refuses unknown options among single values, and ignores keys of CDK', () => {
    const values = { '@aws-cdk/core:x': true, 'aws:cdk:bundling-stacks': ['**'], config: 'f.json' };

    expect(readConfig({ directory: newFolder(), values }).pairs).toBe(1);
    expect(() => readConfig({ directory: newFolder(), values: { piars: '2' } })).toThrow(
      'there is no option piars: did you mean pairs?',
    );
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

    expect(() => readConfig({ directory })).toThrow(
      `models is "built", but ${path.join(directory, 'built')} is not a folder`,
    );
    mkdirSync(path.join(directory, 'built'));
    expect(readConfig({ directory }).models).toBe(path.join(directory, 'built'));
  });
});
