const DEFAULT_ENDPOINT = 'http://169.254.169.254';
const TOKEN_SECONDS = 21_600;
const TIMEOUT_MS = 2000;

/** Where this machine finds its metadata service; the variable is the one that AWS's own tools read. */
export const metadataEndpoint = (
  env: Readonly<Record<string, string | undefined>> = process.env,
): string => env.AWS_EC2_METADATA_SERVICE_ENDPOINT ?? DEFAULT_ENDPOINT;

/** Reads one fact below `latest/meta-data/`; undefined where the service does not know it. Rejects where none answers. */
export type MetadataReader = (path: string) => Promise<string | undefined>;

/**
 * Asks the metadata service in its second version, with a token that is asked for when it is needed
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html).
 */
export const createMetadataReader = (endpoint = metadataEndpoint()): MetadataReader => {
  const base = endpoint.replace(/\/$/, '');
  const newToken = async (): Promise<string> => {
    const response = await fetch(`${base}/latest/api/token`, {
      method: 'PUT',
      headers: { 'X-aws-ec2-metadata-token-ttl-seconds': String(TOKEN_SECONDS) },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return response.text();
  };
  let token: string | undefined;
  const ask = async (path: string): Promise<Response> => {
    const held = token ?? (await newToken());
    token = held;
    return fetch(`${base}/latest/meta-data/${path}`, {
      headers: { 'X-aws-ec2-metadata-token': held },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  };
  return async (path) => {
    let response = await ask(path);
    if (response.status === 401) {
      // The token has run out.
      token = undefined;
      response = await ask(path);
    }
    const text = await response.text();
    return response.status === 200 ? text : undefined;
  };
};
