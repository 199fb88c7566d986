import type { Accelerator } from '../../serving-configs/manifest.ts';

/** What the name of an instance type tells: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html */
export interface InstanceTypeFacts {
  /** Graviton and Apple processors are `arm64`. */
  readonly architecture: 'x86_64' | 'arm64';
  /** Whether it is of a family with NVIDIA GPUs. */
  readonly nvidia: boolean;
  /** Whether its NVIDIA GPU is older than Turing, with which the usual image's driver begins: https://github.com/NVIDIA/open-gpu-kernel-modules */
  readonly isGpuTooOld: boolean;
  /** Whether it has NVMe disks of its own, which the image of the serving node mounts. */
  readonly hasNvme: boolean;
  /** As its size tells; for sizes that do not, the most that there are. */
  readonly vcpus: number;
}

/** Families with such disks in every generation from this one on; elsewhere the letter `d` says it. */
const NVME_SINCE: Readonly<Record<string, number>> = { g: 5, gr: 6, p: 4 };

const XLARGE_VCPUS = 4;
const MOST_VCPUS = 192;

/** Of a size such as `large`, `12xlarge` or `metal-24xl`; smaller ones have two, too. */
const vcpusOf = (size: string): number => {
  const [, times, xlarge] = /^(?:metal-)?(\d*)(xl(?:arge)?)?$/.exec(size) ?? [];
  if (xlarge !== undefined) return XLARGE_VCPUS * Number(times === '' ? 1 : times);
  return size === 'metal' ? MOST_VCPUS : 2;
};

/** Facts of an instance type from its name: family, generation, then letters of which `g` means Graviton. */
export const instanceTypeFacts = (instanceType: string): InstanceTypeFacts => {
  const [, family = '', generation = '', attributes = ''] =
    /^([a-z]+)(\d+)([a-z0-9-]*)\./.exec(instanceType) ?? [];
  // g4ad has AMD's.
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

/** What containers compute on with an instance type. */
export const acceleratorOf = (instanceType: string): Accelerator =>
  instanceTypeFacts(instanceType).nvidia ? 'gpu' : 'cpu';
