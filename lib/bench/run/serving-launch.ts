import type { ServingName } from '../../../serving-configs/index.ts';
import type { Accelerator } from '../../../serving-configs/manifest.ts';
import { processCpuMs, treeCpuMs } from '../load/process-cpu.ts';
import type { Engine } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import { containerProcesses, localProcesses, type ServingProcesses } from './serving-processes.ts';
import { scripts } from './project-files.ts';

/** The runtime of a plan that runs on this machine. */
export const runtimeSpecOf = ({
  runtime,
  served = {},
  settings,
}: Pick<Plan, 'runtime' | 'served' | 'settings'>): RuntimeSpec => {
  if (runtime === 'venv') return { kind: 'venv' };
  if (runtime !== 'docker') return { kind: 'simulated' };
  const images = Object.fromEntries(
    Object.entries(served).map(([serving, { image }]) => [serving, image]),
  );
  const { modelsFolder: models = '', modelTrained: trained } = settings ?? {};
  const accelerator = Object.values(served)[0]?.accelerator ?? 'cpu';
  return { kind: 'docker', images, models, accelerator, trained };
};

/** Whether the weights of each serving are trained; absent if unknown. */
export type WeightsTrained = Readonly<Partial<Record<ServingName, boolean>>>;

/**
 * The facts about weights that the middleware cannot learn from answers: those of the simulated server contain them, those of the
 * real servers do not.
 *
 * @param modelFile path of a trained model; undefined: random weights
 */
export const weightsTrainedOf = (
  runtime: RuntimeSpec,
  servings: readonly ServingName[],
  modelFile: string | undefined,
): WeightsTrained => {
  if (runtime.kind === 'simulated') return {};
  const trained = runtime.kind === 'venv' ? modelFile !== undefined : runtime.trained;
  return trained === undefined
    ? {}
    : Object.fromEntries(servings.map((serving) => [serving, trained]));
};

/** A runtime on this machine and its settings. */
export type RuntimeSpec =
  | { readonly kind: 'simulated' }
  | { readonly kind: 'venv' }
  | {
      readonly kind: 'docker';
      /** Image of each serving. */
      readonly images: Readonly<Partial<Record<ServingName, string>>>;
      /** Folder with the models for all platforms. */
      readonly models: string;
      readonly accelerator: Accelerator;
      /** Whether the weights of the models are trained; undefined if unknown. */
      readonly trained: boolean | undefined;
    };

/** How to start a serving as a child process. */
interface Launch {
  readonly script: string;
  readonly args: readonly string[];
  /** Time that it has to stop before it is killed. */
  readonly stopGraceMs: number;
  /** CPU time of all its processes; undefined if unknown. */
  readonly cpuMsOf: (pid: number) => Promise<number | undefined>;
  /** @param container name of the container, if the launcher started one */
  readonly processesOf: (pid: number, container?: string) => ServingProcesses;
}

/** Short, because nobody waits for answers after the load. */
const SIMULATED_GRACE_MS = 250;
/** A launcher that is killed while it stops the processes of a platform would leave some behind. */
const PLATFORM_GRACE_MS = 30_000;

/** How to start a serving. */
export interface ServingSpec {
  readonly serving: ServingName;
  readonly engine: Engine;
  /** 0: any free port. */
  readonly port: number;
  /** Port for gRPC, if the serving speaks it; undefined: any free port. */
  readonly grpcPort?: number | undefined;
  /** Time of each answer of the engine `delay`, which answers one request at a time. */
  readonly delayMs?: number | undefined;
  /** Path of a trained ResNet-50, for servings that compute in a process on this machine. */
  readonly modelFile?: string | undefined;
  /** Absolute path of the file that describes a user's model; undefined for ResNet-50. */
  readonly tensorModelFile?: string | undefined;
  /** Runtime of the engine `onnx`; undefined: the simulated server. */
  readonly runtime?: RuntimeSpec | undefined;
}

/** `--model` or `--tensor-model` for a launcher; empty if it uses the default model. */
const modelArgs = ({ engine, modelFile, tensorModelFile }: ServingSpec): readonly string[] => {
  if (tensorModelFile !== undefined) return ['--tensor-model', tensorModelFile];
  return modelFile === undefined || engine !== 'onnx' ? [] : ['--model', modelFile];
};

/**
 * How to start a serving with a runtime. The no-op and delay engines always belong to the simulated server, because they measure
 * the rig and not the platform.
 */
export const launchOf = (spec: ServingSpec): Launch => {
  const { serving, engine, port, grpcPort = 0, runtime, delayMs = 0 } = spec;
  const endpoint = ['--serving', serving, '--port', String(port), '--grpc-port', String(grpcPort)];
  const model = modelArgs(spec);
  if (engine === 'onnx' && runtime?.kind === 'venv') {
    return {
      script: scripts.venv,
      args: [...endpoint, ...model],
      stopGraceMs: PLATFORM_GRACE_MS,
      cpuMsOf: treeCpuMs,
      // The launcher starts the platform under a guard process.
      processesOf: (pid) => localProcesses(pid, 2),
    };
  }
  if (engine === 'onnx' && runtime?.kind === 'docker') {
    const { images, models, accelerator } = runtime;
    const source = spec.tensorModelFile === undefined ? ['--models', models] : model;
    const image = ['--image', images[serving] ?? '', ...source, '--accelerator', accelerator];
    return {
      script: scripts.docker,
      args: [...endpoint, ...image],
      stopGraceMs: PLATFORM_GRACE_MS,
      // The container is a child of the Docker daemon, not of the launcher.
      cpuMsOf: async () => undefined,
      processesOf: (_, container = '') => containerProcesses(container),
    };
  }
  const delay = engine === 'delay' ? ['--delay', `${delayMs}ms`] : [];
  return {
    script: scripts.serving,
    args: [...endpoint, '--engine', engine, ...model, ...delay],
    stopGraceMs: SIMULATED_GRACE_MS,
    cpuMsOf: processCpuMs,
    processesOf: (pid) => localProcesses(pid, 0),
  };
};
