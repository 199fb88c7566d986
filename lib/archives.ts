import type { BundleAssetProps } from './constructs/bundle-asset.ts';

/** How the archives that nodes fetch are made, and from what. */
export interface Archives {
  readonly bundle: BundleAssetProps;
  /** Undefined: the deployment has no models of its own. */
  readonly models: BundleAssetProps | undefined;
  /** Commit of the bundle's sources, with "-dirty" behind it where the folder differs from it; empty outside a checkout. */
  readonly commit: string;
}
