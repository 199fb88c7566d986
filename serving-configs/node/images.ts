import { UsageError } from '../reference/usage-error.ts';

/** A reference that names one image and no other: a digest, whatever its tag says. */
const WITH_DIGEST = /^[^\s@]+@sha256:[0-9a-f]{64}$/;

/**
 * The image of a serving, from the node's variable SC_IMAGES: a JSON object of image references by serving id.
 * @throws UsageError where there is none, or one that could change under its name.
 */
export const imageOf = (serving: string, imagesJson: string | undefined): string => {
  const image = readImages(imagesJson)[serving];
  if (typeof image !== 'string') {
    throw new UsageError(
      `no image is configured for ${serving}`,
      'name one in "images" of the configuration and deploy again',
    );
  }
  if (!WITH_DIGEST.test(image)) {
    throw new UsageError(
      `the image of ${serving}, "${image}", has no digest`,
      'write it as NAME@sha256:…, as "docker images --digests" prints it',
    );
  }
  return image;
};

const readImages = (json = '{}'): Readonly<Record<string, unknown>> => {
  try {
    const images: unknown = JSON.parse(json === '' ? '{}' : json);
    if (typeof images === 'object' && images !== null) return images as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new UsageError(
    `SC_IMAGES is no JSON object: ${json}`,
    'it is written by the user data: deploy again',
  );
};
