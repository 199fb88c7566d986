import { join } from 'node:path';
import { packagesOfNodes } from '../../../lib/aws/bundle/bundle.ts';
import { filesBelow, type BundledFile } from '../../../lib/aws/bundle/file-list.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** The certificate authorities that this machine trusts. */
const CA_BUNDLE = process.env['SSL_CERT_FILE'] ?? '/etc/ssl/certs/ca-certificates.crt';

/** The files of a folder, by default of the stand-ins, below `name` in the context. */
const folder = (name: string, from = join(import.meta.dirname, name)): readonly BundledFile[] =>
  filesBelow(from, '.', (file) => !file.includes('__pycache__')).map((file) => ({
    ...file,
    name: `${name}/${file.name}`,
  }));

const packed = (name: string, file: string, isExecutable = false): BundledFile => ({
  name,
  file,
  isExecutable,
});

const referenceServing = (): readonly BundledFile[] =>
  [
    ...filesBelow(ROOT, 'serving-configs', (name) => !/\.(md|binpb|py|pyc)$/.test(name)),
    ...filesBelow(ROOT, 'bin/typescript.js'),
    ...filesBelow(ROOT, 'bin/strip-types.js'),
    ...filesBelow(ROOT, 'package.json'),
    ...filesBelow(ROOT, 'tsconfig.json'),
    ...packagesOfNodes(ROOT, join(ROOT, '.cache/archives')),
  ].map((file) => ({ ...file, name: `project/${file.name}` }));

/** The files of the build context of each image, by the folder of its Dockerfile. */
export const CONTEXTS = {
  python: () => [...folder('python'), packed('python/ca-certificates.crt', CA_BUNDLE)],
  golang: () => folder('golang'),
  frameworks: () => folder('frameworks'),
  torchserve: () => folder('torchserve'),
  tfserving: () => [
    ...folder('tfserving'),
    ...folder('tfserving/stand-in', join(ROOT, 'serving-configs/platforms/tfserving/venv')),
  ],
  triton: () => folder('triton'),
  ovms: () => [...folder('ovms'), packed('node', process.execPath, true), ...referenceServing()],
} as const satisfies Readonly<Record<string, () => readonly BundledFile[]>>;

export type StandInFolder = keyof typeof CONTEXTS;
