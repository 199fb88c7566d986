import path from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';

export interface BundleAssetProps {
  /** SHA-256 (hex) of everything that the archive is made of. */
  readonly sourceHash: string;
  /** Prints the path of the archive; called when the archive is published, not at synth. */
  readonly command: readonly string[];
}

/** How the archives that nodes fetch are made, and from what. */
export interface Archives {
  readonly bundle: BundleAssetProps;
  /** Undefined: the deployment has no models of its own. */
  readonly models: BundleAssetProps | undefined;
}

/**
 * An archive in the bootstrap bucket that is made when it is published, and only if it is not there yet.
 *
 * Security considerations: nodes run what lies there, so whoever may write to the bootstrap bucket may run code on them.
 */
export class BundleAsset extends Construct {
  readonly sourceHash: string;
  /** As `aws s3 cp` takes it. */
  readonly url: string;
  readonly objectArn: string;

  constructor(scope: Construct, id: string, { sourceHash, command }: BundleAssetProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const location = stack.synthesizer.addFileAsset({
      sourceHash,
      executable: [...command],
      displayName: path.posix.join(stack.stackName, id),
    });
    this.sourceHash = sourceHash;
    this.url = `s3://${location.bucketName}/${location.objectKey}`;
    this.objectArn = stack.formatArn({
      service: 's3',
      region: '',
      account: '',
      resource: location.bucketName,
      resourceName: location.objectKey,
    });
  }
}
