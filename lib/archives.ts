import type { BundleAssetProps } from './constructs/bundle-asset.ts';

/** How the archives that nodes fetch are made, and from what. */
export interface Archives {
  readonly bundle: BundleAssetProps;
  /** Undefined: the deployment has no models of its own. */
  readonly models: BundleAssetProps | undefined;
}
