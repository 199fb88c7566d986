import { readFileSync } from 'node:fs';
import path from 'node:path';
import { productionPackages, type LockFile } from '../../../lib/bundle/production-packages.ts';

const root = path.resolve(import.meta.dirname, '../../..');

const lock: LockFile = {
  packages: {
    '': { dependencies: { server: '1', report: '1', '@scope/native': '1' } },
    'node_modules/server': { version: '1.0.0', integrity: 's', dependencies: { shared: '2' } },
    'node_modules/server/node_modules/shared': { version: '2.0.0', integrity: 's2' },
    'node_modules/shared': { version: '1.0.0', integrity: 's1', dependencies: { server: '1' } },
    'node_modules/report': { version: '1.0.0', dependencies: { shared: '1', charts: '1' } },
    'node_modules/charts': { version: '1.0.0' },
    'node_modules/tool': { version: '1.0.0' },
    'node_modules/@scope/native': {
      version: '3.0.0',
      optionalDependencies: {
        '@scope/linux-x64': '3',
        '@scope/linuxmusl-x64': '3',
        '@scope/darwin-arm64': '3',
        '@scope/not-windows': '3',
        '@scope/left-out-by-npm': '3',
      },
      peerDependencies: { peer: '1', nicety: '1' },
      peerDependenciesMeta: { nicety: { optional: true } },
    },
    'node_modules/@scope/linux-x64': {
      version: '3.0.0',
      os: ['linux'],
      cpu: ['x64'],
      libc: ['glibc'],
    },
    'node_modules/@scope/linuxmusl-x64': {
      version: '3.0.0',
      os: ['linux'],
      cpu: ['x64'],
      libc: ['musl'],
    },
    'node_modules/@scope/darwin-arm64': { version: '3.0.0', os: ['darwin'], cpu: ['arm64'] },
    'node_modules/@scope/not-windows': { version: '3.0.0', os: ['!win32'] },
    'node_modules/peer': { version: '1.0.0' },
    'node_modules/nicety': { version: '1.0.0' },
  },
};

describe('the packages of a node', () => {
  it('are what the dependencies lead to, as Node would find them, for the platform of the nodes', () => {
    expect(productionPackages(lock, ['report']).map(({ path: place }) => place)).toEqual([
      'node_modules/@scope/linux-x64',
      'node_modules/@scope/native',
      'node_modules/@scope/not-windows',
      'node_modules/peer',
      'node_modules/server',
      'node_modules/server/node_modules/shared',
    ]);
  });

  it('have the version and the hash of the lock file', () => {
    expect(productionPackages(lock, ['report'])).toContainEqual({
      path: 'node_modules/server/node_modules/shared',
      version: '2.0.0',
      integrity: 's2',
    });
  });

  it('of the project hold no tool of its developers and no chart library', () => {
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
    expect(
      places.filter((place) => /aws-cdk|jest|typescript$|echarts|zrender/.test(place)),
    ).toEqual([]);
    expect(places.filter((place) => /darwin|win32|arm64|musl/.test(place))).toEqual([]);
  });
});
