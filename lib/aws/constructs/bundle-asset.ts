import path from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';

export interface BundleAssetProps {
  /** SHA-256 (hex) of everything that the archive is built from. */
  readonly sourceHash: string;
  /** Builds the archive and prints its path. Runs when the archive is published, not during synthesis. */
  readonly command: readonly string[];
}

/** The archives that nodes download. */
export interface Archives {
  readonly bundle: BundleAssetProps;
  /** Undefined if the nodes build the models themselves. */
  readonly models: BundleAssetProps | undefined;
}

/**
 * An archive in the CDK's bootstrap bucket. It is built when it is published, and only if it is not there yet.
 *
 * Security considerations: nodes run its content, so whoever can write to the bootstrap bucket can run code on them.
 */
export class BundleAsset extends Construct {
  readonly sourceHash: string;
  /** Address of the form `s3://bucket/key`. */
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
