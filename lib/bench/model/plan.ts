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

/** Where a run finds its files, and what it runs them with; not part of the hash. */
export interface RunSettings {
  /** Absolute path; undefined for the project's own data set. */
  readonly imagesDir?: string;
  /** Absolute path; undefined for the random weights. */
  readonly modelFile?: string;
  /** Absolute path of the description of a user's model; undefined for ResNet-50. */
  readonly modelDescription?: string;
  /** Running servers that the command line named, `NAME=URL` each, without credentials. */
  readonly targets?: readonly string[];
  /** Whether the weights of that file are trained; undefined: taken for trained. */
  readonly modelTrained?: boolean;
  /** Its network and weights, for people; undefined: called by the name of the file. */
  readonly modelTitle?: string;
  /** Absolute path of the folder with the models of all platforms; only for containers on this machine. */
  readonly modelsFolder?: string;
  /** Absolute path of the configuration that named images and models; undefined for the one of the working directory. */
  readonly configFile?: string;
  /** Processes of the middleware; undefined for its own default. */
  readonly processes?: number;
  /** What the machine costs an hour, given by the user. */
  readonly usdPerHour?: number;
  /** The run ends before the repeat that would end later than this after its start; undefined: with the plan. */
  readonly maxSeconds?: number;
}

/**
 * What may serve on one machine:
 * - `simulated`: the simulated server of this project, for every serving;
 * - `venv`: the real servers, from the packages that `npx serving-compare setup` installs;
 * - `docker`: their containers.
 */
export const LOCAL_RUNTIMES = ['simulated', 'venv', 'docker'] as const;
export type LocalRuntime = (typeof LOCAL_RUNTIMES)[number];

/** Where a plan runs and what serves there; part of the hash. */
export interface PlanPlace {
  /** `aws`: on node pairs. */
  readonly where: 'local' | 'aws';
  /**
   * On node pairs the simulated server, or `container`: the real servers. `running`: nothing but servers that run already. No-op
   * limits always use the simulated server.
   */
  readonly runtime: LocalRuntime | 'container' | 'running';
}

/** Where a plan runs by default. */
export const HERE: PlanPlace = { where: 'local', runtime: 'simulated' };

/** What answers for a serving that is not the simulated server. */
export interface ServedBy {
  /** The software with its version. */
  readonly platform: string;
  /** What computes, in words. */
  readonly engine: string;
  /** False if a stand-in stands for the platform. */
  readonly real: boolean;
  /** What a reader must know about it, usually why it is a stand-in. */
  readonly note?: string;
  /** Which image of the container is replaced by a stand-in; the server may be real all the same. */
  readonly standIn?: 'image' | 'base image';
  /** Of the container: a reference that names one image, with its digest, or the id of one that was built here. */
  readonly image?: string;
  readonly imageMiB?: number;
  /** Of a server that runs already: its address and how it is asked, for people. */
  readonly running?: string;
  /** What the container computes on. */
  readonly accelerator?: Accelerator;
}

/** A serving that was asked for but cannot take part. */
export interface LeftOut {
  readonly serving: ServingName;
  readonly reason: string;
}

/** What all targets of a plan compute. */
export interface PlannedModel {
  readonly file: string;
  readonly sha256: string;
  readonly trained: boolean;
  /** Present for a user's model. */
  readonly tensors?: {
    readonly name: string;
    readonly inputs: readonly TensorSpec[];
    readonly outputs: readonly TensorSpec[];
    /** What it comes as beside ONNX, each with its SHA-256. */
    readonly others?: Readonly<Partial<Record<OtherFormat, string>>>;
    /** How each output is compared with the right one. */
    readonly checks: Readonly<Record<string, ResolvedCheck>>;
    /** Where the right answers came with the inputs; otherwise ONNX Runtime computed them. */
    readonly rightFrom?: 'validation_data';
  };
}

/**
 * A search for the highest rate of a target at which p99 stays within a bound, once a repeat. Its trials are measurements that follow
 * from each other, see `analysis/slo/search-progress.ts`.
 */
export interface SloSearch extends Pick<
  Measurement,
  'target' | 'engine' | 'repeat' | 'warmupSeconds' | 'timeoutMs'
> {
  /** Begins the ids of its trials. */
  readonly id: string;
  /** The bound of the 99th percentile, from the planned send time to the answer. */
  readonly p99Ms: number;
  /** The shortest measuring window of a trial. */
  readonly durationSeconds: number;
}

/** The format of run folders: the plan and everything beside it. Folders of another format are refused. */
export const RUN_FORMAT = 3;

/** Everything that is decided before the first measurement runs; written to `plan.json` of the run folder. */
export interface Plan extends PlanPlace {
  readonly schema: typeof RUN_FORMAT;
  readonly profile: string;
  /** Orders the measurements and the images; recorded, so that a run can be repeated. */
  readonly seed: number;
  readonly createdAt: string;
  /** What the measurements were made from. */
  readonly options: PlanOptions;
  readonly settings: RunSettings;
  /** What answers for each serving of the targets; absent with the simulated server, and on node pairs. Part of the hash. */
  readonly served?: Readonly<Partial<Record<ServingName, ServedBy>>>;
  /** Servers that run already, without their headers; absent if none takes part. Part of the hash. */
  readonly servers?: readonly RunningServer[];
  /** Absent if every serving that was asked for takes part. */
  readonly leftOut?: readonly LeftOut[];
  readonly targets: readonly Target[];
  readonly images: readonly DataSetImage[];
  readonly model: PlannedModel;
  /** In the order in which they run. */
  readonly measurements: readonly Measurement[];
  /** Searches that run after the measurements, and whose measurements are not known before; absent if there are none. */
  readonly searches?: readonly SloSearch[];
  /** SHA-256 over all that makes two runs comparable, without places and times; `--resume` refuses a plan with another one. */
  readonly hash: string;
}
