import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** Longer than any campaign; results are meant to be fetched. */
const KEPT_DAYS = 90;

/**
 * Where results and logs go.
 *
 * Resources deployed: a bucket with its policy, a log group. Both go with the stack; "npx serving-compare fetch --delete" empties the
 * bucket first, after it has verified that everything is on the operator's disk.
 *
 * Security considerations: the bucket is private, encrypted, and takes TLS connections only.
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
      // Objects are not deleted by the stack: a Lambda would do that, whose log group outlives it.
      autoDeleteObjects: false,
      lifecycleRules: [
        {
          expiration: Duration.days(KEPT_DAYS),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'A bucket for access logs would outlive the deployment, which stands for hours',
    });
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
