import { readFileSync } from 'node:fs';
import path from 'node:path';
import { productionPackages, type LockFile } from '../../../lib/bundle/production-packages.ts';

const root = path.resolve(import.meta.dirname, '../../..');

const lock: LockFile = {
  packages: {
    '': {},
    'node_modules/server': { version: '1.0.0', integrity: 's' },
    'node_modules/server/node_modules/shared': { version: '2.0.0', integrity: 's2' },
    'node_modules/tool': { version: '1.0.0', dev: true },
    'node_modules/@scope/linux-x64': {
      version: '3.0.0',
      optional: true,
      os: ['linux'],
      cpu: ['x64'],
      libc: ['glibc'],
    },
    'node_modules/@scope/linuxmusl-x64': {
      version: '3.0.0',
      optional: true,
      os: ['linux'],
      cpu: ['x64'],
      libc: ['musl'],
    },
    'node_modules/@scope/darwin-arm64': {
      version: '3.0.0',
      optional: true,
      os: ['darwin'],
      cpu: ['arm64'],
    },
    'node_modules/@scope/not-windows': { version: '3.0.0', optional: true, os: ['!win32'] },
    'node_modules/@scope/not-linux': { version: '3.0.0', optional: true, os: ['!linux'] },
    'node_modules/only-for-another-native-part': { version: '1.0.0', optional: true },
  },
};

describe('the packages of a node', () => {
  it('are what npm marks as no tool of the developers, for the platform of the nodes', () => {
    expect(productionPackages(lock).map(({ path: place }) => place)).toEqual([
      'node_modules/@scope/linux-x64',
      'node_modules/@scope/not-windows',
      'node_modules/server',
      'node_modules/server/node_modules/shared',
    ]);
  });

  it('have the version and the hash of the lock file', () => {
    expect(productionPackages(lock)).toContainEqual({
      path: 'node_modules/server/node_modules/shared',
      version: '2.0.0',
      integrity: 's2',
    });
  });

  it('of the project hold no tool of its developers', () => {
    const text = readFileSync(path.join(root, 'package-lock.json'), 'utf8');
    const places = productionPackages(JSON.parse(text) as LockFile).map(({ path: place }) => place);

    expect(places).toEqual(
      expect.arrayContaining([
        'node_modules/@esbuild/linux-x64',
        'node_modules/@img/sharp-linux-x64',
        'node_modules/fastify',
        'node_modules/onnxruntime-node',
        'node_modules/tsx',
      ]),
    );
    expect(places.filter((place) => /aws-cdk|jest|typescript$/.test(place))).toEqual([]);
    expect(places.filter((place) => /darwin|win32|arm64|musl/.test(place))).toEqual([]);
  });
});
