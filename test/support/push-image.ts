import { createHash } from 'node:crypto';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';

interface Stored {
  readonly digest: string;
  readonly size: number;
}

const storedAs = (content: string): Stored => ({
  digest: `sha256:${createHash('sha256').update(content).digest('hex')}`,
  size: Buffer.byteLength(content),
});

const successOf = async (request: Promise<Response>): Promise<Response> => {
  const response = await request;
  if (response.ok) return response;
  throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
};

/**
 * Pushes an image with one small layer to a registry without a login, as `docker push` does.
 *
 * @param name with its tag: `folder/image:1`
 * @param architectures several give a list of manifests, one gives a manifest alone
 * @returns the digest of what the tag names
 */
export const pushImage = async (
  registry: string,
  name: string,
  architectures: readonly string[],
): Promise<string> => {
  const [repository = '', tag = ''] = name.split(':');
  const base = `http://${registry}/v2/${repository}`;
  const putBlob = async (content: string): Promise<Stored> => {
    const blob = storedAs(content);
    const upload = await successOf(fetch(`${base}/blobs/uploads/`, { method: 'POST' }));
    const address = new URL(upload.headers.get('location') ?? '', base);
    address.searchParams.set('digest', blob.digest);
    const headers = { 'content-type': 'application/octet-stream' };
    await successOf(fetch(address, { method: 'PUT', body: content, headers }));
    return blob;
  };
  const putManifest = async (mediaType: string, manifest: object, as?: string): Promise<Stored> => {
    const body = JSON.stringify({ schemaVersion: 2, mediaType, ...manifest });
    const stored = storedAs(body);
    const headers = { 'content-type': mediaType };
    const address = `${base}/manifests/${as ?? stored.digest}`;
    await successOf(fetch(address, { method: 'PUT', body, headers }));
    return stored;
  };
  const pushed = [];
  for (const architecture of architectures) {
    const platform = { os: 'linux', architecture };
    const config = await putBlob(JSON.stringify({ ...platform, rootfs: { type: 'layers' } }));
    const layer = await putBlob(`the files of ${name} for ${architecture}`);
    const manifest = {
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
      layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...layer }],
    };
    const as = architectures.length === 1 ? tag : undefined;
    const stored = await putManifest(MANIFEST, manifest, as);
    pushed.push({ mediaType: MANIFEST, ...stored, platform });
  }
  const [only] = pushed;
  if (pushed.length === 1 && only !== undefined) return only.digest;
  return (await putManifest(INDEX, { manifests: pushed }, tag)).digest;
};
