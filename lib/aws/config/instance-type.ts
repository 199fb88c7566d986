import type { Accelerator } from '../../../serving-configs/manifest.ts';

/** Facts that follow from the name of an instance type: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html */
export interface InstanceTypeFacts {
  /** Graviton and Apple processors are `arm64`. */
  readonly architecture: 'x86_64' | 'arm64';
  /** Whether its family has NVIDIA GPUs. */
  readonly nvidia: boolean;
  /** Whether its NVIDIA GPU is older than Turing, the oldest that the driver of the default image supports: https://github.com/NVIDIA/open-gpu-kernel-modules */
  readonly isGpuTooOld: boolean;
  /** Whether it has local NVMe disks, which the AMI of the serving node mounts. */
  readonly hasNvme: boolean;
  /** From the size. Sizes such as `metal` do not tell, so they get the largest number of vCPUs. */
  readonly vcpus: number;
}

/** The first generation of a family from which on all types have NVMe disks. In other families, the letter `d` says so. */
const NVME_SINCE: Readonly<Record<string, number>> = { g: 5, gr: 6, p: 4 };

const XLARGE_VCPUS = 4;
const MAX_VCPUS = 192;

/** Number of vCPUs of a size such as `large`, `12xlarge` or `metal-24xl`. Sizes below `large` have two as well. */
const vcpusOf = (size: string): number => {
  const [, times, xlarge] = /^(?:metal-)?(\d*)(xl(?:arge)?)?$/.exec(size) ?? [];
  if (xlarge !== undefined) return XLARGE_VCPUS * Number(times === '' ? 1 : times);
  return size === 'metal' ? MAX_VCPUS : 2;
};

/** Reads the name of an instance type: family, generation, then letters, of which `g` means Graviton. */
export const instanceTypeFacts = (instanceType: string): InstanceTypeFacts => {
  const [, family = '', generation = '', attributes = ''] =
    /^([a-z]+)(\d+)([a-z0-9-]*)\./.exec(instanceType) ?? [];
  // g4ad has AMD GPUs.
  const nvidia = ['g', 'gr', 'p'].includes(family) && !attributes.startsWith('ad');
  const isArm = attributes.includes('g') || (family === 'a' && generation === '1');
  return {
    architecture: isArm || family === 'mac' ? 'arm64' : 'x86_64',
    nvidia,
    isGpuTooOld: nvidia && Number(generation) < 4,
    vcpus: vcpusOf(instanceType.split('.')[1] ?? ''),
    hasNvme: attributes.includes('d') || Number(generation) >= (NVME_SINCE[family] ?? Infinity),
  };
};

/** The device that containers compute on. */
export const acceleratorOf = (instanceType: string): Accelerator =>
  instanceTypeFacts(instanceType).nvidia ? 'gpu' : 'cpu';
