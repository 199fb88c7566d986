import type { ServingName } from '../../../serving-configs/index.ts';
import type { RunningServer } from '../../../serving-configs/running-server.ts';
import type { Accelerator } from '../../../serving-configs/manifest.ts';
import type { ResolvedCheck } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import type {
  OtherFormat,
  TensorSpec,
} from '../../../serving-configs/models/tensors/tensor-model.ts';
import type { Measurement, Target } from './measurement.ts';
import type { PlanOptions } from './plan-options.ts';

/** A file of the data set. */
export interface DataSetImage {
  /** Name inside the data set's folder. */
  readonly file: string;
  readonly sha256: string;
}

/** Files and other settings of a run that are not part of the hash. */
export interface RunSettings {
  /** Absolute path. Default: the data set of this project. */
  readonly imagesDir?: string;
  /** Absolute path. Default: random weights. */
  readonly modelFile?: string;
  /** Absolute path of the description of a user's model. Default: ResNet-50. */
  readonly modelDescription?: string;
  /** Running servers from the command line, each as `NAME=URL` without credentials. */
  readonly targets?: readonly string[];
  /** Whether the weights in `modelFile` are trained. Default: true. */
  readonly modelTrained?: boolean;
  /** Its network and weights, for people. Default: the file name. */
  readonly modelTitle?: string;
  /** Absolute path of the folder with the models of all platforms, for containers on this machine. */
  readonly modelsFolder?: string;
  /** Absolute path of the configuration with images and models. Default: the one in the working directory. */
  readonly configFile?: string;
  /** Processes of the middleware. Default: its own. */
  readonly processes?: number;
  /** Price of the machine, given by the user. */
  readonly usdPerHour?: number;
  /** The run starts no repeat that would end later than this. Default: it ends with the plan. */
  readonly maxSeconds?: number;
}

/**
 * What can serve on one machine:
 * - `simulated`: the simulated server of this project;
 * - `venv`: the real servers, from the packages that `npx serving-compare setup` installs;
 * - `docker`: their containers.
 */
export const LOCAL_RUNTIMES = ['simulated', 'venv', 'docker'] as const;
export type LocalRuntime = (typeof LOCAL_RUNTIMES)[number];

/** Where a plan runs, and what serves there. Part of the hash. */
export interface PlanHost {
  /** `aws`: on node pairs. */
  readonly where: 'local' | 'aws';
  /**
   * `container`: the real servers on node pairs, which can otherwise only be `simulated`; `running`: only servers that already run.
   * No-op limits always use the simulated server.
   */
  readonly runtime: LocalRuntime | 'container' | 'running';
}

/** Where a plan runs by default. */
export const HERE: PlanHost = { where: 'local', runtime: 'simulated' };

/** What answers for a serving, unless it is the simulated server. */
export interface ServedBy {
  /** The software with its version. */
  readonly platform: string;
  /** The inference engine, in words. */
  readonly engine: string;
  /** False for a stand-in. */
  readonly real: boolean;
  /** A remark for the reader, usually why it is a stand-in. */
  readonly note?: string;
  /** Which image of the container is a stand-in. The server may still be real. */
  readonly standIn?: 'image' | 'base image';
  /** Image of the container: a reference with its digest, or the id of an image that was built here. */
  readonly image?: string;
  readonly imageMiB?: number;
  /** Address and protocol of a server that was already running, for people. */
  readonly running?: string;
  /** Of the container. */
  readonly accelerator?: Accelerator;
}

/** A requested serving that cannot take part. */
export interface LeftOut {
  readonly serving: ServingName;
  readonly reason: string;
}

/** The model that all targets of a plan serve. */
export interface PlannedModel {
  readonly file: string;
  readonly sha256: string;
  readonly trained: boolean;
  /** Present for a user's model. */
  readonly tensors?: {
    readonly name: string;
    readonly inputs: readonly TensorSpec[];
    readonly outputs: readonly TensorSpec[];
    /** Its other formats, with the SHA-256 of each. */
    readonly otherFormats?: Readonly<Partial<Record<OtherFormat, string>>>;
    /** How each output is compared with the expected one. */
    readonly checks: Readonly<Record<string, ResolvedCheck>>;
    /** Present if the expected answers came with the inputs; otherwise ONNX Runtime computes them. */
    readonly correctFrom?: 'validation_data';
  };
}

/**
 * Searches the highest rate of a target at which p99 stays within a limit, once a repeat. Each trial depends on the trials before, see
 * `analysis/slo/search-progress.ts`.
 */
export interface SloSearch extends Pick<
  Measurement,
  'target' | 'engine' | 'repeat' | 'warmupSeconds' | 'timeoutMs'
> {
  /** Prefix of the ids of its trials. */
  readonly id: string;
  /** The p99 limit, which counts from the planned send time. */
  readonly p99Ms: number;
  /** The shortest measuring window of a trial. */
  readonly durationSeconds: number;
}

/** The format of run folders. Folders of another format are refused. */
export const RUN_FORMAT = 4;

/** The content of `plan.json`: everything that is decided before the first measurement. */
export interface Plan extends PlanHost {
  readonly format: typeof RUN_FORMAT;
  readonly profile: string;
  /** Decides the order of measurements and images, so that a run can be repeated. */
  readonly seed: number;
  readonly createdAt: string;
  /** The options behind the measurements. */
  readonly options: PlanOptions;
  readonly settings: RunSettings;
  /** What answers for each serving; absent with the simulated server, and on node pairs. Part of the hash. */
  readonly served?: Readonly<Partial<Record<ServingName, ServedBy>>>;
  /** Servers that were already running, without their headers; absent if there are none. Part of the hash. */
  readonly servers?: readonly RunningServer[];
  /** Absent if all requested servings take part. */
  readonly leftOut?: readonly LeftOut[];
  readonly targets: readonly Target[];
  readonly images: readonly DataSetImage[];
  readonly model: PlannedModel;
  /** In the order in which they run. */
  readonly measurements: readonly Measurement[];
  /** Searches run after the measurements. Absent if there are none. */
  readonly searches?: readonly SloSearch[];
  /** SHA-256 over everything that makes runs comparable, without paths and times. `--resume` refuses a plan with another hash. */
  readonly hash: string;
}
