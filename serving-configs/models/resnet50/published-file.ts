import type { PublishedFile } from '../fetch-file.ts';

/** The weights of torchvision's ResNet-50 whose preprocessing all servings of the torch family have. */
export const PUBLISHED_FILE: PublishedFile = {
  url: 'https://download.pytorch.org/models/resnet50-0676ba61.pth',
  sizeBytes: 102_530_333,
  sha256: '0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a',
};

/** What they are called in reports. */
export const PUBLISHED_NAME = 'ResNet-50, weights IMAGENET1K_V1 of torchvision';
export const PUBLISHED_LICENCE = 'BSD-3-Clause';
