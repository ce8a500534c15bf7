/** A preset is called by its name everywhere, never by its id. */
import { expect, it } from 'vitest'
import { t } from '../../../src/renderer/text/i18n.ts'
import { namedPreset } from '../../../src/renderer/text/preset-name.ts'
import { presetSchema, presets } from '../../../src/shared/presets.ts'

it('names a preset of a file as the menus do', () => {
  for (const preset of Object.values(presets)) {
    if (preset === null) continue
    expect(namedPreset(preset, t)).toBe(t(`presets.names.${preset.name as 'proof'}`))
    expect(namedPreset(preset, t)).not.toBe('web-gallery')
  }
  expect(namedPreset(presetSchema.parse({ name: 'Album prints' }), t)).toBe('Album prints')
})
