import type { ServingName } from '../../../serving-configs/index.ts';
import type { Accelerator } from '../../../serving-configs/manifest.ts';
import { processCpuMs, treeCpuMs } from '../load/process-cpu.ts';
import type { Engine } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import { containerProcesses, localProcesses, type ServingProcesses } from './serving-processes.ts';
import { scripts } from './project-files.ts';

/** What a plan of this machine serves with. */
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

/** Whether the weights behind each serving are trained; absent if that is not known. */
export type WeightsTrained = Readonly<Partial<Record<ServingName, boolean>>>;

/**
 * What the middleware must be told about the weights. The simulated server says it in every answer, the real servers never.
 *
 * @param modelFile a trained model; undefined: random weights
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

/** What serves on this machine, and what it needs for that. */
export type RuntimeSpec =
  | { readonly kind: 'simulated' }
  | { readonly kind: 'venv' }
  | {
      readonly kind: 'docker';
      /** By serving; each names one image. */
      readonly images: Readonly<Partial<Record<ServingName, string>>>;
      /** Folder with the models of all platforms. */
      readonly models: string;
      readonly accelerator: Accelerator;
      /** Whether the weights of the models are trained; undefined if unknown. */
      readonly trained: boolean | undefined;
    };

/** How a serving is started as a child. */
interface Launch {
  readonly script: string;
  readonly args: readonly string[];
  /** How long its end may take before it is killed. */
  readonly stopGraceMs: number;
  /** CPU time of all its processes; undefined if unknown. */
  readonly cpuMsOf: (pid: number) => Promise<number | undefined>;
  /** @param container name of the container that the launcher started, if it did */
  readonly processesOf: (pid: number, container?: string) => ServingProcesses;
}

/**
 * A serving is stopped after its load: nobody waits for answers that it still computes.
 */
const SIMULATED_GRACE_MS = 250;
/** A launcher ends several processes of a platform; killed too early, it would leave some. */
const PLATFORM_GRACE_MS = 30_000;

/** What is to be started. */
export interface ServingSpec {
  readonly serving: ServingName;
  readonly engine: Engine;
  /** 0: any free one. */
  readonly port: number;
  /** Of gRPC, if the serving speaks it; undefined: any free one. */
  readonly grpcPort?: number | undefined;
  /** With the engine `delay`: what an answer takes, one at a time. */
  readonly delayMs?: number | undefined;
  /** A trained model; only for what computes here. */
  readonly modelFile?: string | undefined;
  /** Absolute path of the file that describes a user's model; undefined for ResNet-50. */
  readonly tensorModelFile?: string | undefined;
  /** What serves where the engine computes; undefined: the simulated server. */
  readonly runtime?: RuntimeSpec | undefined;
}

/**
 * How a serving is started with a runtime. The no-op and delay engines belong to the simulated server with every runtime: they
 * measure the rig, not the platform.
 */
export const launchOf = (spec: ServingSpec): Launch => {
  const { serving, engine, port, grpcPort = 0, runtime, delayMs = 0 } = spec;
  const { modelFile, tensorModelFile } = spec;
  const place = ['--serving', serving, '--port', String(port), '--grpc-port', String(grpcPort)];
  const model =
    tensorModelFile === undefined
      ? modelFile === undefined || engine !== 'onnx'
        ? []
        : ['--model', modelFile]
      : ['--tensor-model', tensorModelFile];
  if (engine === 'onnx' && runtime?.kind === 'venv') {
    return {
      script: scripts.venv,
      args: [...place, ...model],
      stopGraceMs: PLATFORM_GRACE_MS,
      cpuMsOf: treeCpuMs,
      // Of the platform, which the launcher starts under a guard.
      processesOf: (pid) => localProcesses(pid, 2),
    };
  }
  if (engine === 'onnx' && runtime?.kind === 'docker') {
    const { images, models, accelerator } = runtime;
    const source = [
      '--image',
      images[serving] ?? '',
      ...(tensorModelFile === undefined ? ['--models', models] : model),
      '--accelerator',
      accelerator,
    ];
    return {
      script: scripts.docker,
      args: [...place, ...source],
      stopGraceMs: PLATFORM_GRACE_MS,
      // The container is a child of Docker's daemon and not of its launcher.
      cpuMsOf: async () => undefined,
      processesOf: (_, container = '') => containerProcesses(container),
    };
  }
  return {
    script: scripts.serving,
    args: [
      ...place,
      '--engine',
      engine,
      ...model,
      ...(engine === 'delay' ? ['--delay', `${delayMs}ms`] : []),
    ],
    stopGraceMs: SIMULATED_GRACE_MS,
    cpuMsOf: processCpuMs,
    processesOf: (pid) => localProcesses(pid, 0),
  };
};
