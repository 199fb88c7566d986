/**
 * What the rest of the project may know about a serving: pure data, no behaviour. How to talk to it is in
 * `middleware/servings/`; what runs on the serving node lies beside the manifest.
 */

export const PROTOCOLS = ['rest', 'grpc'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/**
 * What crosses the wire to the serving.
 * - `image`: the file as the client sent it; the serving decodes it.
 * - `tensor`: the input of the classifier, made by the middleware.
 * - `tensor_fullsize`: the unresized image divided by 255, as the study of 2021 sent it to one of its servings.
 */
export const PAYLOADS = ['image', 'tensor', 'tensor_fullsize'] as const;
export type Payload = (typeof PAYLOADS)[number];

/** The payload of a user's model: its named inputs, see `serving-configs/models/tensors/`. */
export const TENSORS = 'tensors';

/**
 * How a payload is written on the wire.
 * - `raw`: the bytes as they are; over gRPC in a field of bytes.
 * - `json`: numbers as JSON text.
 * - `base64`: bytes as base64 inside JSON.
 * - `binary`: JSON header, then bytes (the binary tensor extension of the Open Inference Protocol, version 2).
 * - `form`: the bytes as they are, as the file of a form.
 */
export const ENCODINGS = ['raw', 'json', 'base64', 'binary', 'form'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Where a serving is reached, by protocol: base URLs without a path. */
export interface ServingUrls {
  readonly rest: string;
  /** `http://host:port`; absent where the serving speaks no gRPC. */
  readonly grpc?: string;
}

/** Axis order of the model's input: batch, channels, height, width or batch, height, width, channels. */
export type Layout = 'NCHW' | 'NHWC';

export interface ModelContract {
  /** The name under which the platform serves the model. */
  readonly name: string;
  readonly layout: Layout;
  /** What the serving answers: raw scores before softmax, or probabilities. */
  readonly output: 'logits' | 'probabilities';
  /** Tensor names, where the platform's protocol carries them. */
  readonly tensors?: {
    readonly input: string;
    readonly output: string;
    /** The names end in a number that counts: a second input has the next one. */
    readonly byPlace?: true;
  };
}

/** What shows that a model answers: status 200, and more where that alone is not enough. */
export interface ReadyProbe {
  readonly port: number;
  readonly path: string;
  /** What the body must contain as well. */
  readonly holds?: string;
  /** For platforms whose health tells nothing, it is a prediction: of a tensor of zeros, or with this body. */
  readonly predict?: true | Uint8Array<ArrayBuffer>;
}

/** What a platform reads instead of a model file: a folder with the model and the code that computes with it. */
export interface PackedModel {
  /** Below the platform's folder of models. */
  readonly name: string;
  /** Path of the model in it; its ending tells the format. */
  readonly model: string;
  /** The other files in it, by their paths in it; each from the platform's folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Path of the file with the names of the classes in it. */
  readonly labels?: string;
}

/** What a container computes on: the processor, or an NVIDIA GPU. */
export const ACCELERATORS = ['cpu', 'gpu'] as const;
export type Accelerator = (typeof ACCELERATORS)[number];

/** An image that the platform's makers publish. */
interface OfficialImage {
  /** Its name with a tag. An accelerator without a name is one that the platform cannot run on. */
  readonly official: Readonly<Partial<Record<Accelerator, string>>>;
  /** What ran in its place in `npm run test:docker`, which cannot fetch it; absent where nothing did. */
  readonly standIn?: string;
}

/** How an image of ours is built, for either accelerator; its Dockerfile names the base images by tag. */
export interface ImageRecipe {
  /** Below `serving-configs/`, which is the context too. */
  readonly dockerfile: string;
  /** `--build-arg`, beside ACCELERATOR and the base images. */
  readonly arguments?: Readonly<Record<string, string>>;
  /** The image of another serving as a base: by the id of that serving, in this argument. */
  readonly builtOn?: { readonly argument: string; readonly serving: string };
}

/** Programs that make a form of the model, see `serving-configs/models/build/tools.ts`. */
export type ModelTool = 'torchscript' | 'savedmodel' | 'tensorrt' | 'archive';

/** How a platform runs as a container. */
export interface ContainerFacts {
  readonly image: OfficialImage | ImageRecipe;
  /** Instead of the image's own, where that would hide that the serving has ended. */
  readonly entrypoint?: string;
  /** Arguments after the image. */
  readonly command: readonly string[];
  /** Further arguments on the CPU, where every serving computes with one thread. */
  readonly commandOnCpu?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Where our application in the image finds its model, and the names of the classes if it answers them; paths in the container. */
  readonly application?: { readonly file: string; readonly labels?: string };
  /** Tools in the image that make a form of the model: the program that runs the tool's script. */
  readonly tools?: Readonly<Partial<Record<ModelTool, string>>>;
  readonly models: {
    /** Below the folder with the models of all platforms; it is `/models` inside the container. */
    readonly folder: string;
    /** What must lie in the folder. */
    readonly files: readonly [string, ...(readonly string[])];
    /** How they are packed, where the platform takes no bare model. */
    readonly packed?: PackedModel;
    /** The same for a user's model, where that is another way. */
    readonly usersPacked?: PackedModel;
    /**
     * What a user's model needs beside that: files of the platform's folder, in which `{model}`, `{inputs}` and `{outputs}` are filled
     * in, and their absolute paths inside the container.
     */
    readonly templates?: Readonly<Record<string, string>>;
  };
  /** Files beside the manifest and their absolute paths inside the container; read-only. */
  readonly config?: Readonly<Record<string, string>>;
  /** What shows that its model answers, where the platform's own health says so too early. */
  readonly ready?: ReadyProbe;
  /** Size of /dev/shm, as Docker reads it; 1g where it is not given. */
  readonly sharedMemory?: string;
}

/** What a platform needs of the machine that no Python package brings. */
export type MachineTool = 'java' | 'c++';

/** What tells that the model answers. */
export interface VenvProbe extends Omit<ReadyProbe, 'port'> {
  /** `rest`, or the name of one of the {@link VenvFacts.ports}. */
  readonly port: string;
}

/**
 * How a platform runs from packages, with no container. Texts may hold placeholders, such as `{restPort}` or `{port:NAME}` of
 * {@link VenvFacts.ports}; `runtimes/venv/start-platform.ts` lists them.
 */
export interface VenvFacts {
  /**
   * Its packages: `runtimes/venv/<environment>.txt` where platforms share it, else the folder of the platform, whose
   * `venv/requirements.txt` has them.
   */
  readonly environment: string;
  readonly needs?: readonly MachineTool[];
  /** The software as people name it. The version is that of the package in the environment, where no other is given. */
  readonly software: { readonly name: string; readonly package: string; readonly version?: string };
  /** False where a program of ours stands for the platform, which `note` explains. */
  readonly real: boolean;
  /** What a reader of results must know. */
  readonly note?: string;
  /** Why it serves no user's model; absent where it does, if its protocol takes one. */
  readonly noUsersModel?: string;
  /** Files to write into the run's folder, by their path in it, from the platform's folder `venv`; placeholders are filled in, in both. */
  readonly files?: Readonly<Record<string, string>>;
  readonly command: readonly [string, ...(readonly string[])];
  /** Variables of the process. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Ports of its own beside those of REST and gRPC, by name. */
  readonly ports?: readonly string[];
  readonly ready: VenvProbe;
  readonly stop: {
    /** Who gets SIGTERM: the process that was started, or its whole group where that process does not pass it on. */
    readonly signal: 'process' | 'group';
    /** What is left after this time is killed. */
    readonly graceSeconds: number;
  };
  /** Files and empty folders that it leaves outside the run's folder if it is killed, as patterns of glob; new ones are removed at its end. */
  readonly leaves?: readonly string[];
  /** What the engine `noop` takes beside what is above; every platform has that engine. */
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

/** A serving over one protocol. */
export interface Endpoint {
  readonly port: number;
  readonly payloads: PayloadsTaken;
  /** The payload used where a client names none. */
  readonly defaultPayload: Payload;
  /** Over gRPC: its messages carry a tensor's floats without shape and type. */
  readonly bareTensors?: true;
  /** How it takes the named tensors of a user's model, the default first; absent where it takes no such model. */
  readonly tensors?: readonly [Encoding, ...(readonly Encoding[])];
  /** Those in JSON are columns, as TensorFlow's servers take and give them, and no body of the Open Inference Protocol. */
  readonly columns?: true;
}

/**
 * Whether a server does something: as its configuration says; where the application is written for it, with what the platform
 * brings; or not at all.
 */
export type Support = 'configured' | 'coded' | 'none';

/** What a team must know before it chooses a platform and nothing here can measure. */
export interface UsageFacts {
  /** What turns a model, or an application, into what the platform serves. */
  readonly packaging: string;
  /** One run of the model for several requests that wait. */
  readonly batching: Support;
  /** Several models in one server. */
  readonly severalModels: Support;
  /** Several versions of a model at once; each request may name one. */
  readonly versions: Support;
  /** Where its metrics are if they are not on the page {@link ServingManifest.metrics}; absent where there are none. */
  readonly otherMetrics?: string;
  /**
   * The shortest line of a shell that gets a right answer, where `cat.jpg` is a picture and `cat.json` the same as a request of the
   * Open Inference Protocol.
   */
  readonly call: string;
  readonly lastRelease: {
    readonly version: string;
    /** As in `2026-10-08`, like all of them. */
    readonly date: string;
    readonly source: string;
  };
  readonly maintained: {
    readonly state: 'yes' | 'hardly' | 'no';
    /** Why it is not a plain yes. */
    readonly because?: string;
    readonly source: string;
  };
  /** The day on which release and maintenance were looked up. */
  readonly readOn: string;
}

export interface ServingManifest {
  /** The name people use for it, for charts and tables. */
  readonly title: string;
  /** Version of the platform that this manifest describes. */
  readonly version: string;
  /** What the study of 2021 did with it: measured it, described it only, or did not know it. */
  readonly inStudy: 'measured' | 'described' | 'no';
  /**
   * The software that `npm run test:real:all` holds wire and codecs against, with its version, or the stand-in for it.
   * Absent where nothing of it runs from packages: then all rests on its documents and its source.
   */
  readonly checkedAgainst?: string;
  readonly rest: Endpoint;
  /** Absent where the platform speaks no gRPC. */
  readonly grpc?: Endpoint;
  /**
   * Answers 200 when, and only when, the model of the simulated server can answer. Of some platforms it does so too early:
   * their containers have a `ready`.
   */
  readonly health: { readonly port: number; readonly path: string };
  /** Prometheus metrics of the platform. */
  readonly metrics?: { readonly port: number; readonly path: string };
  /**
   * Where the platform says how long requests waited and were computed; `statistics.ts` beside the manifest reads it. Absent
   * where it reports no durations.
   */
  readonly statistics?: { readonly port: number; readonly path: string };
  readonly model: ModelContract;
  /** A serving that is not ready after this time counts as not started. */
  readonly startTimeoutSeconds: number;
  // Absent for a server that is not of this project.
  readonly usage?: UsageFacts;
  readonly container?: ContainerFacts;
  readonly venv?: VenvFacts | NotInPackages;
}

/** Of a serving of this project. */
export type OwnManifest = ServingManifest &
  Required<Pick<ServingManifest, 'usage' | 'container' | 'venv'>>;

/** One platform serves one or several of the things under comparison; the key is the serving's id. */
export type PlatformManifest = Readonly<Record<string, OwnManifest>>;
