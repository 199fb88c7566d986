import { UsageError } from '../reference/usage-error.ts';

/**
 * The image of a serving, from the node's variable SC_IMAGES: a JSON object of image names by serving id.
 * @throws UsageError where there is none.
 */
export const imageOf = (serving: string, imagesJson: string | undefined): string => {
  const image = readImages(imagesJson)[serving];
  if (typeof image === 'string') return image;
  throw new UsageError(
    `no image is configured for ${serving}`,
    'name one in "images" of the configuration and deploy again',
  );
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
