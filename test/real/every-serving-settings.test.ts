import { describeSettings } from './support/settings.ts';

for (const serving of ['litserve', 'ray_serve'] as const) describeSettings(serving);
