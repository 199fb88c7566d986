/**
 * What the rest of the project may know about a serving: pure data, no behaviour. `middleware/servings/` knows how to talk to it;
 * the files that run on the serving node lie beside its manifest.
 */

import type { SettingKeys } from './settings.ts';

export const PROTOCOLS = ['rest', 'grpc'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/**
 * What the serving receives.
 * - `image`: the file that the client sent; the serving decodes it.
 * - `tensor`: the input of the classifier, computed by the middleware.
 * - `tensor_fullsize`: the unresized image divided by 255, as the study of 2021 sent it to one of its servings.
 */
export const PAYLOADS = ['image', 'tensor', 'tensor_fullsize'] as const;
export type Payload = (typeof PAYLOADS)[number];
/** The payloads for which the middleware decodes the image. */
export type PixelPayload = Exclude<Payload, 'image'>;

/** The payload of a user's model: its named inputs. See `serving-configs/models/tensors/`. */
export const TENSORS = 'tensors';

/**
 * How a payload is encoded on the wire.
 * - `raw`: plain bytes; with gRPC in a field of type bytes.
 * - `json`: numbers as JSON text.
 * - `base64`: bytes as base64 inside JSON.
 * - `binary`: a JSON header, then bytes (the binary tensor extension of the Open Inference Protocol, version 2).
 * - `form`: plain bytes, as the file of a multipart form.
 */
export const ENCODINGS = ['raw', 'json', 'base64', 'binary', 'form'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** The base URLs of a serving, without a path. */
export interface ServingUrls {
  readonly rest: string;
  /** `http://host:port`; absent if the serving speaks no gRPC. */
  readonly grpc?: string;
}

/** The axis order of the model's input: batch, channels, height, width or batch, height, width, channels. */
export type Layout = 'NCHW' | 'NHWC';

export interface ModelContract {
  /** The name under which the platform serves the model. */
  readonly name: string;
  readonly layout: Layout;
  /** What the serving answers: raw scores before softmax, or probabilities. */
  readonly output: 'logits' | 'probabilities';
  /** The tensor names; present only if the platform's protocol transmits them. */
  readonly tensors?: {
    readonly input: string;
    readonly output: string;
    /** Whether the names end in a number that the platform counts up: the second input has the next number. */
    readonly areNumbered?: true;
  };
}

/** A request that shows whether the model answers. Its status must be 200. */
export interface ReadyProbe {
  readonly port: number;
  readonly path: string;
  /** Text that the body must contain too. */
  readonly holds?: string;
  /** Whether the body contains that text once for each instance that is ready. */
  readonly perInstance?: true;
  /** Sends a prediction, because the platform's health route answers too early. */
  readonly predict?: true;
}

/** Where servers get a model from: it is built for each platform, or its files are given, in formats that are the same for all. */
export type ModelKind = 'built' | 'given';

/** A folder with a model and the code that runs it, for a platform that takes no bare model file. */
export interface ModelPack {
  /** The name of the folder within the platform's folder of models. */
  readonly name: string;
  /** The path of the model in the folder. Its extension determines the format. */
  readonly model: string;
  /** The other files: source paths in the platform's folder, by their paths in the packed folder. */
  readonly files: Readonly<Record<string, string>>;
  /** The path of the file with the class names in the folder. */
  readonly labels?: string;
}

/** What a container computes on: the CPU, or an NVIDIA GPU. */
export const ACCELERATORS = ['cpu', 'gpu'] as const;
export type Accelerator = (typeof ACCELERATORS)[number];

/** An image that the makers of the platform publish. */
interface OfficialImage {
  /** Image names with tags. If an accelerator has none, the platform cannot run on it. */
  readonly official: Readonly<Partial<Record<Accelerator, string>>>;
  /** The stand-in that `npm run test:docker` ran, because it cannot fetch the image; absent if it ran none. */
  readonly standIn?: string;
}

/** How we build an image, for both accelerators. Its Dockerfile names the base images by tag. */
export interface ImageRecipe {
  /** A path below `serving-configs/`, which is also the build context. */
  readonly dockerfile: string;
  /** Further `--build-arg`s, besides ACCELERATOR and the base images. */
  readonly arguments?: Readonly<Record<string, string>>;
  /** Passes the image of another serving, given by its id, as a base image in this build argument. */
  readonly builtOn?: { readonly argument: string; readonly serving: string };
}

/** Programs that convert the model to another format; see `serving-configs/models/build/tools.ts`. */
export type ModelTool = 'torchscript' | 'savedmodel' | 'tensorrt' | 'archive';

/** How a platform runs in a container. */
export interface ContainerFacts {
  readonly image: OfficialImage | ImageRecipe;
  /** Replaces the entry point of the image if that would hide that the serving has ended. */
  readonly entrypoint?: string;
  /** Arguments after the image. */
  readonly command: readonly string[];
  /** Further arguments on a CPU, where every serving computes with one thread. */
  readonly commandOnCpu?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Paths in the container where our application finds its model and, if it answers class names, the file with these. */
  readonly application?: { readonly file: string; readonly labels?: string };
  /** Conversion tools that the image contains, each with the program that runs the tool's script. */
  readonly tools?: Readonly<Partial<Record<ModelTool, string>>>;
  readonly models: {
    /** The platform's folder within the folder of all models. The container sees it as `/models`. */
    readonly folder: string;
    /** Paths of the files that the folder must contain. */
    readonly files: readonly [string, ...(readonly string[])];
    /** Why the model that we build for it takes one image at a time, so that it has no batches; absent if it takes several. */
    readonly singleImages?: string;
    /** How the models of each kind are packed; of those that are not named here, the platform takes the bare file. */
    readonly packs?: Readonly<Partial<Record<ModelKind, ModelPack>>>;
    /**
     * Further files that a given model needs: paths in the platform's folder with their absolute paths inside the container. The
     * placeholders `{model}`, `{inputs}` and `{outputs}` are filled in.
     */
    readonly templates?: Readonly<Record<string, string>>;
  };
  /** Files beside the manifest that are mounted read-only, with their absolute paths inside the container. */
  readonly config?: Readonly<Record<string, string>>;
  /** The readiness probe, if the platform's health route answers too early. */
  readonly ready?: ReadyProbe;
  /** The size of /dev/shm, as Docker reads it. Default: 1g. */
  readonly sharedMemory?: string;
}

/** What a platform needs on the machine that no Python package contains. */
export type MachineTool = 'java' | 'c++';

/** The readiness probe of a platform that runs from packages. */
export interface VenvProbe extends Omit<ReadyProbe, 'port'> {
  /** `rest`, or one of {@link VenvFacts.ports}. */
  readonly port: string;
}

/** A management call over HTTP. Path and body may contain `{model}`. */
export interface RestCall {
  /** `rest`, or one of {@link VenvFacts.ports}. */
  readonly port: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** JSON. */
  readonly body?: string;
}

/** A unary management call over gRPC. Its request has the name of the model in the text field of this number. */
export interface GrpcCall {
  /** `grpc`, or one of {@link VenvFacts.ports}. */
  readonly port: string;
  readonly path: string;
  readonly nameField: number;
}

/** A management call over each protocol that has it. */
export interface ManagementCall {
  readonly rest: RestCall;
  readonly grpc?: GrpcCall;
}

/**
 * How a server that runs gets further models, besides the one that it was started with. Each has its own copy of those
 * {@link VenvFacts.files} whose path contains `{model}`.
 */
export interface ManyModels {
  /**
   * - `api`: it loads them when it is told to.
   * - `config`: it reads a whole new configuration.
   * - `on-demand`: it loads a model at the first request to it.
   * - `coded`: an API of ours in the application, which is our code and not a feature.
   * - `restart`: only a restart with a longer list serves more.
   */
  readonly how: 'api' | 'config' | 'on-demand' | 'coded' | 'restart';
  /** What a reader of the results must know. */
  readonly note?: string;
  /** Whether each model has a process of its own; otherwise all are in those of the server. */
  readonly hasProcesses?: true;
  /** Further arguments of {@link VenvFacts.command}. */
  readonly arguments?: readonly string[];
  readonly load?: ManagementCall;
  readonly unload?: ManagementCall;
  /** Whether the server says that a model is ready: status 200, and the text in the body. */
  readonly ready?: RestCall & { readonly holds?: string };
  /** The loaded models: a list of JSON, or the list under a key of it; of names, or of objects with the name under a key. */
  readonly list?: RestCall & {
    readonly listKey?: string;
    readonly nameKey?: string;
    /** Where the page says how the next one is found, and the parameter that asks for that. */
    readonly nextKey?: string;
    readonly nextParameter?: string;
  };
  /** Where a request with named tensors goes, over REST. Path and headers may contain `{model}`. */
  readonly infer: { readonly path: string; readonly headers?: Readonly<Record<string, string>> };
}

/**
 * How a platform runs from Python packages, without a container. Texts may contain placeholders, such as `{restPort}`, or
 * `{port:NAME}` for one of {@link VenvFacts.ports}; `runtimes/venv/start-platform.ts` lists them. Arguments, variables and lines of
 * files with the placeholder of a setting that is not set are left out; `settings.ts` lists these.
 */
export interface VenvFacts {
  /**
   * The virtual environment. One that several platforms share has its packages in `runtimes/venv/<environment>.txt`; otherwise it
   * is the platform's folder, with its packages in `venv/requirements.txt`.
   */
  readonly environment: string;
  readonly needs?: readonly MachineTool[];
  /** The software with the name that people use. Its default version is the version of the package in the environment. */
  readonly software: { readonly name: string; readonly package: string; readonly version?: string };
  /** False if a stand-in of ours replaces the platform; `note` explains it. */
  readonly real: boolean;
  /** What a reader of the results must know. */
  readonly note?: string;
  /** Why it cannot serve the models of a kind, although its protocol can carry them. */
  readonly unserved?: Readonly<Partial<Record<ModelKind, string>>>;
  /** Files to write into the run's folder: source paths in the platform's folder `venv`, by target path. Placeholders are filled in, in the paths and contents. */
  readonly files?: Readonly<Record<string, string>>;
  readonly command: readonly [string, ...(readonly string[])];
  /** Environment variables of the process. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Names of further ports, besides those of REST and gRPC. */
  readonly ports?: readonly string[];
  readonly ready: VenvProbe;
  readonly stop: {
    /** Who gets SIGTERM: the started process, or its process group if the process does not pass the signal on. */
    readonly signal: 'process' | 'group';
    /** Processes that are still alive after this time are killed. */
    readonly graceSeconds: number;
  };
  /** Glob patterns of files and empty folders that it leaves outside the run's folder if it is killed. New matches are removed at the end. */
  readonly leaves?: readonly string[];
  /** How it serves several models; absent if it does not, or if a stand-in replaces it. */
  readonly manyModels?: ManyModels;
  /** Further needs with the engine `noop`, which every platform has. */
  readonly noopEngine?: { readonly needs?: readonly MachineTool[] };
}

/** Why a serving cannot run from packages. */
export interface NotInPackages {
  readonly impossible: string;
}

/** The payloads that a serving takes, each with its encodings, the default first. */
export type PayloadsTaken = Readonly<
  Partial<Record<Payload, readonly [Encoding, ...(readonly Encoding[])]>>
>;

/** How a serving is reached over one protocol. */
export interface Endpoint {
  readonly port: number;
  readonly payloads: PayloadsTaken;
  /** The payload of requests that name none. */
  readonly defaultPayload: Payload;
  /** Whether its gRPC messages carry the floats of a tensor without shape and type. */
  readonly bareTensors?: true;
  /** The encodings that it accepts for the named tensors of a user's model, the default first; absent if it takes no such model. */
  readonly tensors?: readonly [Encoding, ...(readonly Encoding[])];
  /** Whether named tensors in JSON are columns of TensorFlow's format, instead of a body of the Open Inference Protocol. */
  readonly columns?: true;
}

/** Whether a platform has a feature: by configuration, only if the application is written for it, or not at all. */
export type Support = 'configured' | 'coded' | 'none';

/** What a team must know before it chooses a platform, but this project cannot measure. */
export interface UsageFacts {
  /** What turns a model or an application into something that the platform serves. */
  readonly packaging: string;
  /** One run of the model for several waiting requests. */
  readonly batching: Support;
  /** Several models in one server. */
  readonly severalModels: Support;
  /** Several versions of a model at once, one of which a request may name. */
  readonly versions: Support;
  /** Where its metrics are, if it has any but not on the page {@link ServingManifest.metrics}. */
  readonly otherMetrics?: string;
  /**
   * The shortest shell command that gets a correct answer. `cat.jpg` is a photograph, `cat.json` the same photograph as a request
   * of the Open Inference Protocol.
   */
  readonly call: string;
  readonly lastRelease: {
    readonly version: string;
    /** As `2026-10-08`. */
    readonly date: string;
    readonly source: string;
  };
  readonly maintained: {
    readonly state: 'yes' | 'hardly' | 'no';
    /** The reason, unless `state` is yes or the platform is archived. */
    readonly because?: string;
    /** The day on which its makers closed its repository, as `2025-08-07`: it gets no more fixes. */
    readonly archivedOn?: string;
    readonly source: string;
  };
  /** The day on which release and maintenance were looked up, as `2026-10-08`. */
  readonly readOn: string;
}

export interface ServingManifest {
  /** The name that people use, for charts and tables. */
  readonly title: string;
  /** The version of the platform that this manifest describes. */
  readonly version: string;
  /** Whether the study of 2021 measured it, only described it, or did not mention it. */
  readonly inStudy: 'measured' | 'described' | 'no';
  /** Whether teams that begin today choose it, so that a search for settings includes it unless servings are named. Default: no. */
  readonly isChosenToday?: true;
  /**
   * The software, or its stand-in, against which `npm run test:real:all` checks wire and codec, with its version. Absent if nothing
   * of it runs from packages: wire and codec then rely on its documentation and source.
   */
  readonly checkedAgainst?: string;
  readonly rest: Endpoint;
  /** Absent if the platform speaks no gRPC. */
  readonly grpc?: Endpoint;
  /**
   * The simulated server answers 200 here only when its model can answer. Some platforms answer 200 too early; their containers
   * have a `ready` probe.
   */
  readonly health: { readonly port: number; readonly path: string };
  /** Prometheus metrics of the platform. */
  readonly metrics?: { readonly port: number; readonly path: string };
  /**
   * The page on which the platform reports how long requests waited and computed; `statistics.ts` beside the manifest reads it.
   * Absent if the platform reports no durations.
   */
  readonly statistics?: { readonly port: number; readonly path: string };
  readonly model: ModelContract;
  /** A serving that is not ready after this time counts as failed to start. */
  readonly startTimeoutSeconds: number;
  // These are absent only for a server that the user started.
  readonly usage?: UsageFacts;
  readonly settings?: SettingKeys;
  readonly container?: ContainerFacts;
  readonly venv?: VenvFacts | NotInPackages;
}

/** The parts of a manifest that are the same for every model. */
export interface ServingFacts extends Omit<
  ServingManifest,
  'model' | 'health' | 'metrics' | 'statistics' | 'container' | 'venv'
> {
  readonly model: Omit<ModelContract, 'name'>;
  readonly health: Pick<ServingManifest['health'], 'port'>;
  readonly metrics?: Pick<ServingManifest['health'], 'port'>;
  readonly statistics?: Pick<ServingManifest['health'], 'port'>;
  readonly container?: Pick<ContainerFacts, 'image'> & {
    readonly ready?: Pick<ReadyProbe, 'port'>;
  };
}

/** The manifest of a serving of this project. */
export type OwnManifest = ServingManifest &
  Required<Pick<ServingManifest, 'usage' | 'settings' | 'container' | 'venv'>>;

/** The model that manifests are made for. Paths, commands and names of files contain its name. */
export interface ManifestModel {
  /** The name of the model at a serving that calls ResNet-50 like this. */
  readonly nameAs: (resnet50: string) => string;
}

/** The manifests of a platform's servings, by their ids. */
export type PlatformManifest = Readonly<Record<string, OwnManifest>>;
