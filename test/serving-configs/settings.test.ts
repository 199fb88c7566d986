import { ownManifestOf, RESNET50, servingNames } from '../../serving-configs/index.ts';
import {
  hasSetting,
  SETTING_NAMES,
  settingsId,
  settingsOfId,
  settingsWords,
  SINGLE,
} from '../../serving-configs/settings.ts';

describe('settings', () => {
  it('have a short id, and words for people', () => {
    const settings = { instances: 2, threads: 1, maxBatch: 8, batchDelayMs: 2.5 };

    expect(settingsId(settings)).toBe('i2-t1-b8-d2.5');
    expect(settingsWords(settings)).toBe('2 instances, 1 thread, batch 8, delay 2.5 ms');
    expect(settingsWords(SINGLE)).toBe('1 instance, 1 thread, batch 1');
    expect(settingsId({ ...settings, precision: 'int8' })).toBe('i2-t1-b8-d2.5-int8');
    expect(settingsWords({ ...SINGLE, precision: 'int8' })).toBe(
      'int8, 1 instance, 1 thread, batch 1',
    );
    expect(settingsId('default')).toBe('default');
    expect(settingsWords('default')).toBe('its defaults');
  });

  it('are read back from their id', () => {
    const settings = { instances: 2, threads: 1, maxBatch: 8, batchDelayMs: 2.5 };

    expect(settingsOfId(settingsId(settings))).toEqual(settings);
    expect(settingsOfId(settingsId({ ...settings, batchDelayMs: 1e-7 }))).toMatchObject({
      batchDelayMs: 1e-7,
    });
    expect(settingsOfId('default')).toBe('default');
    expect(settingsOfId('')).toBeUndefined();
  });

  it.each(servingNames)('have the key of %s, or the reason why it has none', (serving) => {
    const { settings } = ownManifestOf(serving, RESNET50);
    const texts = SETTING_NAMES.map((name) => {
      const { [name]: entry } = settings;
      return hasSetting(entry) ? entry.key : entry.none;
    });

    expect(texts.every((text) => text.length > 5)).toBe(true);
    // A delay without batches has no meaning.
    expect(hasSetting(settings.batchDelayMs) && !hasSetting(settings.maxBatch)).toBe(false);
  });
});
