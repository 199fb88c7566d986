import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** Longer than any campaign: users are expected to fetch their results. */
const EXPIRATION_DAYS = 90;

/**
 * The storage of results and logs.
 *
 * Resources deployed: a bucket with its policy, and a log group. Both are deleted with the stack, but the bucket must be empty:
 * "npx serving-compare fetch --delete" empties it after verifying that everything is on the operator's disk.
 *
 * Security considerations: the bucket is private and encrypted, and accepts only TLS connections.
 */
export class Results extends Construct {
  readonly bucket: Bucket;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: RemovalPolicy.DESTROY,
      // The stack would delete objects with a Lambda, whose log group outlives the stack.
      autoDeleteObjects: false,
      lifecycleRules: [
        {
          expiration: Duration.days(EXPIRATION_DAYS),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'A bucket for access logs would outlive the deployment, which exists for hours',
    });
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
