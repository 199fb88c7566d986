import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { platforms } from '../serving-configs/index.ts';

const root = path.resolve(import.meta.dirname, '..');
const sourceFolders = ['bin', 'lib', 'middleware', 'serving-configs', 'k6'];

const sources = sourceFolders
  .flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      path.posix.join(folder, file),
    ),
  )
  .filter((file) => /\.[jt]s$/.test(file))
  .map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }));

const importPattern =
  /(?:(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s+|\bimport\(\s*|(?:^|\n)import\s+)(['"])(.+?)\1/g;

interface Source {
  readonly file: string;
  readonly text: string;
}

/** The imports of a file, type imports included: packages by name, project files as paths from the root. */
const importsOf = ({ file, text }: Source): string[] =>
  [...text.matchAll(importPattern)]
    .map((match) => match[2] ?? '')
    .map((target) =>
      target.startsWith('.') ? path.posix.join(path.posix.dirname(file), target) : target,
    );

interface Boundary {
  readonly files: RegExp;
  /** Project files that may be imported. */
  readonly own: RegExp;
  /** Packages that may be imported; Node's modules are allowed unless `node` is false. */
  readonly packages: RegExp;
  readonly node?: false;
}

const manifests =
  'serving-configs/(index|installation|manifest|running-server|schema|settings|time-limit|tls|platforms/(index|[a-z0-9-]+/manifest))\\.ts$';
/** Free ports, and whether a serving is ready; for code that starts servings. */
const ready = 'serving-configs/runtimes/(ports|ready)\\.ts$';
/** What containers serve, their arguments, and what a serving node prepared for them; for code that starts or inspects containers. */
const containers =
  'serving-configs/runtimes/(served-model|batch-counts|aws-node/prepared-servings|docker/(counts-folder|docker-arguments|gpu-use|container-models|mounted-models))\\.ts$';
/** What the command line gives to runtimes, and their guards, which it makes end everything. */
const runtimes = 'serving-configs/runtimes/(guards|docker/describe-containers)\\.ts$';
const modelFacts =
  'serving-configs/models/(input/|tensors/|[a-z-]*labels|best-classes|(served-)?model\\.ts)';
/** Models, and the encodings of their tensors. */
const tensors = 'serving-configs/models/(tensors/|(served-)?model\\.ts)';
/** Parsers of the statistics that servings publish. */
const statistics = 'serving-configs/protocols/statistics/';
/** Kinds of options, command lines and their help, for every program. */
const options = 'serving-configs/options/';
/** Decisions that both load generators share. */
const loadPlan = 'k6/(answer-check|image-order|job|load-plan|measuring-window|random)\\.ts$';
/** The messages of protocols, which client and server share. */
const messages =
  'serving-configs/(protocols/protobuf-messages|(platforms|protocols)/[a-z0-9-]+/messages)\\.ts$';

/** The first row whose `files` matches a file applies. */
const boundaries: readonly Boundary[] = [
  {
    files: /^serving-configs\/platforms\/[a-z0-9-]+\/manifest\.ts$/,
    own: /^serving-configs\/manifest\.ts$/,
    packages: /^$/,
    node: false,
  },
  {
    files: /^serving-configs\/platforms\/[a-z0-9-]+\/[a-z-]+\.ts$/,
    own: new RegExp(`^serving-configs/(platforms|protocols)/|^${manifests}|^${modelFacts}`),
    packages: /^$/,
  },
  // Programs that a platform starts.
  {
    files: /^serving-configs\/platforms\/[a-z0-9-]+\/venv\/[a-z-]+\.js$/,
    own: /^$/,
    packages: /^$/,
  },
  {
    files: /^serving-configs\/protocols\/protobuf-messages\.ts$/,
    own: /^$/,
    packages: /^protobufjs$/,
  },
  {
    files: /^serving-configs\/protocols\//,
    own: new RegExp(`^serving-configs/protocols/|^${manifests}|^${modelFacts}`),
    packages: /^$/,
  },
  {
    files:
      /^serving-configs\/(index|manifest|running-server|schema|settings|time-limit|platforms\/index)\.ts$/,
    own: new RegExp(`^${manifests}`),
    packages: /^$/,
    node: false,
  },
  {
    files: /^serving-configs\/(installation|tls)\.ts$/,
    own: /^$/,
    packages: /^$/,
  },
  {
    files: /^serving-configs\/options\//,
    own: /^serving-configs\/options\//,
    packages: /^$/,
  },
  {
    files: /^serving-configs\/models\//,
    own: new RegExp(`^serving-configs/models/|^${manifests}|^${options}`),
    packages: /^(sharp|protobufjs|onnxruntime-node)/,
  },
  {
    files: /^serving-configs\/reference\//,
    // Its worker threads need the loader of TypeScript.
    own: /^(serving-configs\/|bin\/import-typescript\.js$)/,
    packages: /^(onnxruntime-node|sharp|protobufjs)/,
  },
  {
    files: /^serving-configs\/runtimes\//,
    own: /^serving-configs\//,
    packages: /^$/,
  },
  {
    files: /^middleware\/servings\//,
    own: new RegExp(`^middleware/servings/|^${manifests}|^${modelFacts}|^${messages}`),
    packages: /^$/,
  },
  {
    files: /^middleware\//,
    own: new RegExp(`^middleware/|^${manifests}|^${modelFacts}|^${options}`),
    packages: /^(fastify|@fastify\/|typebox|undici|sharp|prom-client)/,
  },
  // Shared by the stacks, the nodes and the command line, so it imports none of them.
  {
    files: /^lib\/aws\/contract\//,
    own: new RegExp(`^lib/aws/contract/|^${manifests}|^${containers}`),
    packages: /^$/,
    node: false,
  },
  {
    files: /^lib\/aws\/config\//,
    own: new RegExp(`^lib/aws/(contract|config)/|^${manifests}|^${options}`),
    packages: /^$/,
  },
  {
    files: /^lib\/aws\/prices\//,
    own: /^lib\/aws\/(config|prices)\//,
    packages: /^$/,
    node: false,
  },
  // Synthesis and the command line ask AWS the same questions.
  {
    files: /^lib\/aws\/lookups\//,
    own: /^lib\/aws\/(contract|lookups|config)\//,
    packages: /^@aws-sdk\/client-(cloudformation|ec2|ssm)$/,
    node: false,
  },
  {
    files: /^lib\/aws\/bundle\//,
    own: /^lib\/aws\/bundle\//,
    packages: /^tar-stream$/,
  },
  {
    files: /^lib\/aws\/node\//,
    own: new RegExp(
      `^lib/aws/(contract|node)/|^${manifests}|^${ready}|^${containers}|^serving-configs/models/model\\.ts$`,
    ),
    packages: /^$/,
  },
  // It breaks images and messages.
  {
    files: /^lib\/bench\/stability\/bad-request\.ts$/,
    own: new RegExp(`^lib/bench/model/|^${tensors}`),
    packages: /^(sharp|protobufjs)$/,
  },
  // It checks the model of a command line before the plan names it.
  {
    files: /^lib\/bench\/cli\/model-option\.ts$/,
    own: new RegExp(`^lib/bench/|^serving-configs/models/onnx/read-onnx\\.ts$|^${options}`),
    packages: /^$/,
  },
  // It finds the files of a model's weights, and reads its other formats.
  {
    files: /^lib\/bench\/model-file\//,
    own: new RegExp(
      `^lib/bench/|^${manifests}|^${modelFacts}|^${options}|^serving-configs/models/(onnx/read-onnx|savedmodel/read-signature|torch-file/read-forward)\\.ts$`,
    ),
    packages: /^(typebox\/|yaml$)/,
  },
  // They write gRPC messages: one request to detect a running server, and bad requests.
  {
    files: /^lib\/bench\/(run\/servings\/running-servers|stability)\//,
    own: new RegExp(`^lib/bench/|^${manifests}|^${tensors}|^${messages}`),
    packages: /^$/,
  },
  // They start and install the servers.
  {
    files: /^lib\/bench\/run\/servings\//,
    own: new RegExp(`^lib/bench/|^${manifests}|^${tensors}|^${options}|^serving-configs/runtimes/`),
    packages: /^$/,
  },
  // They ask for the images and files that a deployment downloads.
  {
    files: /^lib\/bench\/aws\/doctor\/(addresses|images)\.ts$/,
    own: new RegExp(
      `^lib/(bench|aws/(contract|lookups|config|prices))/|^${manifests}|^serving-configs/(runtimes/docker/needed-images|models/(lite0/ensure-lite0|resnet50/ensure-trained))\\.ts$`,
    ),
    packages: /^@aws-sdk\//,
  },
  // Measuring and analysing know nothing about running, reporting or deploying.
  {
    files: /^lib\/bench\/(analysis|load|model|plan|published|results|stats|wording)\//,
    own: new RegExp(
      `^lib/(aws/contract|bench|aws/prices)/|^${manifests}|^${statistics}|^${tensors}|^${options}|^${loadPlan}`,
    ),
    packages: /^(hdr-histogram-js|typebox\/|undici)/,
  },
  {
    files: /^lib\/bench\//,
    own: new RegExp(
      `^lib/(bench|aws/(contract|lookups|config|prices))/|^lib/aws/bundle/bundle\\.ts$|^lib/aws/node/(sampler|system)/|^${manifests}|^${ready}|^${containers}|^${runtimes}|^${statistics}|^${tensors}|^${options}`,
    ),
    packages: /^(@aws-sdk\/|hdr-histogram-js|d3-scale|d3-shape|undici)/,
  },
  // The tables and schemas of the documentation are made of everything.
  {
    files: /^lib\/docs\//,
    own: new RegExp(`^lib/|^${manifests}|^${options}`),
    packages: /^typescript\//,
  },
  // The library does what the commands do.
  {
    files: /^lib\/index\.ts$/,
    own: new RegExp(`^lib/bench/|^${options}`),
    packages: /^$/,
  },
  {
    files: /^lib\/package\//,
    own: /^(lib\/package\/|bin\/compile-typescript\.js$)/,
    packages: /^$/,
  },
  {
    files: /^lib\//,
    own: new RegExp(`^lib/(?!bench/|aws/node/)|^${manifests}`),
    packages: /^(aws-cdk-lib|constructs)(\/|$)/,
  },
  { files: /^k6\//, own: /^k6\//, packages: /^k6(\/|$)/, node: false },
  { files: /^bin\//, own: /^(bin|lib)\//, packages: /^(aws-cdk-lib|esbuild)/ },
];

interface Layers {
  readonly folder: string;
  /** Folders and files in `folder`. Each imports only those that follow it. */
  readonly order: readonly string[];
  /** Whether everything in `folder` has a place; otherwise what has none is not checked. */
  readonly isComplete: boolean;
}

const layerLists: readonly Layers[] = [
  {
    folder: 'lib',
    order: ['docs', 'package', 'index', 'bench', 'aws'],
    isComplete: true,
  },
  {
    folder: 'lib/aws',
    order: [
      'app',
      'stacks',
      'constructs',
      'node',
      'bundle',
      'lookups',
      'prices',
      'config',
      'contract',
    ],
    isComplete: true,
  },
  {
    folder: 'lib/bench',
    order: [
      'cli',
      'on-node',
      'aws',
      'progress',
      'run',
      'report',
      'analysis',
      'results',
      'load',
      'plan',
      'stability',
      'model-file',
      'published',
      'wording',
      'stats',
      'model',
    ],
    isComplete: true,
  },
  // Requests pass through the other files in this order, too, but routes use the group of `process`, which starts the app.
  {
    folder: 'middleware',
    order: ['server', 'routes', 'transports', 'servings'],
    isComplete: false,
  },
];

/** The index in `order`: undefined outside `folder`, -1 without a place there. `cli.ts` belongs to `cli`. */
const layerOf = (file: string, { folder, order }: Layers): number | undefined => {
  if (!file.startsWith(`${folder}/`)) return undefined;
  return order.indexOf(/^[^/.]+/.exec(file.slice(folder.length + 1))?.[0] ?? '');
};

const uphillImports = (source: Source, layers: Layers): string[] => {
  const from = layerOf(source.file, layers);
  if (from === undefined || (from === -1 && !layers.isComplete)) return [];
  if (from === -1) return [`${source.file} has no place among the layers`];
  return importsOf(source)
    .filter((target) => {
      const to = layerOf(target, layers) ?? -1;
      return to !== -1 && to < from;
    })
    .map((target) => `${source.file} imports ${target}`);
};

/** Import cycles, as `a.ts → b.ts → a.ts`. */
const cyclesOf = (files: readonly Source[]): string[] => {
  const imports = new Map(files.map((source) => [source.file, importsOf(source)]));
  const [done, cycles] = [new Set<string>(), new Array<string>()];
  const visit = (file: string, importers: readonly string[]): void => {
    const start = importers.indexOf(file);
    if (start !== -1) cycles.push([...importers.slice(start), file].join(' → '));
    if (start !== -1 || done.has(file)) return;
    for (const target of imports.get(file) ?? []) visit(target, [...importers, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return cycles;
};

const trespasses = (source: Source): string[] => {
  const boundary = boundaries.find(({ files }) => files.test(source.file));
  if (boundary === undefined) return [`${source.file} has no place in the layout`];
  return importsOf(source)
    .filter((target) => {
      if (target.startsWith('node:')) return boundary.node === false;
      const isOwn = sourceFolders.some((folder) => target.startsWith(`${folder}/`));
      return !(isOwn ? boundary.own : boundary.packages).test(target);
    })
    .map((target) => `${source.file} imports ${target}`);
};

describe('the architecture', () => {
  it('lets every folder import only what the design allows', () => {
    // Otherwise this test would pass without files.
    expect(sources.flatMap(importsOf).length).toBeGreaterThan(1000);
    expect(sources.flatMap(trespasses)).toEqual([]);
  });

  // The other tests do not see what such a function loads.
  it('creates a require function only to load the AWS SDK and ONNX Runtime, and to find versions', () => {
    const requiring = sources.filter(({ text }) => /\bcreateRequire\(|\brequire\(/.test(text));

    expect(requiring.map(({ file }) => file).toSorted()).toEqual([
      'lib/bench/aws/clients.ts',
      'lib/bench/run/collect-environment.ts',
      'serving-configs/reference/onnx/runtime.ts',
    ]);
  });

  it.each(layerLists)('lets each layer of $folder import only those below it', (layers) => {
    expect(sources.flatMap((source) => uphillImports(source, layers))).toEqual([]);
  });

  it('has no import cycles', () => {
    expect(cyclesOf(sources)).toEqual([]);
  });

  const commandFiles = sources
    .find(({ file }) => file === 'lib/bench/cli/commands.ts')
    ?.text.matchAll(/import\('\.\/(.+?)'\)/g);

  it.each([
    'lib/bench/cli.ts',
    ...new Set(Array.from(commandFiles ?? [], ([, file]) => `lib/bench/cli/${file}`)),
  ])('shows the help of %s without loading packages, runs or reports', (start) => {
    const [loaded, waiting] = [new Set<string>(), [start]];
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      if (loaded.has(file)) continue;
      loaded.add(file);
      const source = sources.find((candidate) => candidate.file === file);
      // Dynamic imports are loaded later, and type imports never.
      const text = source?.text.replaceAll(/import type [^;]*;|import\([^)]*\)/g, '');
      if (text !== undefined) waiting.push(...importsOf({ file, text }));
    }

    expect([...loaded].filter((file) => !/^node:|\.(ts|json)$/.test(file))).toEqual([]);
    expect([...loaded].filter((file) => /bench\/(report|results)\//.test(file))).toEqual([]);
    // Besides the manifests, of which each platform adds one.
    const others = [...loaded].filter((file) => !file.endsWith('/manifest.ts'));
    expect(others.length).toBeLessThan(start === 'lib/bench/cli.ts' ? 50 : 90);
  });

  it.each(Object.keys(platforms))(
    'has a manifest, a wire, a README and traits for the tests of %s',
    (platform) => {
      const missing = [
        `serving-configs/platforms/${platform}/manifest.ts`,
        `serving-configs/platforms/${platform}/wire.ts`,
        `serving-configs/platforms/${platform}/README.md`,
        `test/serving-configs/platforms/${platform}/traits.ts`,
      ].filter((file) => !existsSync(path.join(root, file)));

      expect(missing).toEqual([]);
    },
  );

  it('keeps the READMEs in serving-configs to 40 lines', () => {
    const folders = ['.', 'platforms', 'protocols', 'runtimes'].flatMap((group) =>
      readdirSync(path.join(root, 'serving-configs', group)).map((name) => path.join(group, name)),
    );
    const long = folders
      .map((folder) => path.join(root, 'serving-configs', folder, 'README.md'))
      .filter((file) => existsSync(file))
      .map((file) => ({ file, lines: readFileSync(file, 'utf8').trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > 40);

    expect(long).toEqual([]);
  });

  it('keeps every file to 500 lines, enough for one whole concept', () => {
    const long = sources
      .map(({ file, text }) => ({ file, lines: text.split('\n').length }))
      .filter(({ lines }) => lines > 500);

    expect(long).toEqual([]);
  });
});
