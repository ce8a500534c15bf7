/** The settings while they are typed: each error at its own field, and what is right on its way to main unchanged. */
import { describe, expect, it } from 'vitest'
import { presetDraftOf, validatePreset } from '../../../../src/renderer/features/settings/preset-draft.ts'
import {
  draftOf,
  newRule,
  newServer,
  type RuleDraft,
  type ServerDraft,
} from '../../../../src/renderer/features/settings/settings-draft.ts'
import { sectionsWithErrors } from '../../../../src/renderer/features/settings/settings-sections.ts'
import {
  ruleField,
  serverField,
  validateDraft,
} from '../../../../src/renderer/features/settings/validate-draft.ts'
import { presets } from '../../../../src/shared/presets.ts'
import { defaultSettings, settingsPatchSchema, settingsSchema } from '../../../../src/shared/settings.ts'

const usual = draftOf(defaultSettings)
const errorsOf = (draft: typeof usual) => Object.fromEntries(validateDraft(draft).errors)
const server = (part: Partial<ServerDraft>): ServerDraft => ({
  ...newServer(),
  id: 's',
  name: 'Studio',
  url: 'https://a.example',
  ...part,
})
const rule = (part: Partial<RuleDraft>): RuleDraft => ({ ...newRule(), key: 'r', ...part })

describe('the settings draft', () => {
  it('gives back what it was made of', () => {
    const settings = settingsSchema.parse({
      servers: [
        { id: 'a', name: 'Studio', url: 'https://a.example', token: 't' },
        {
          id: 'b',
          name: 'Home',
          url: 'https://b.example',
          token: '',
          fingerprint: Array.from({ length: 32 }, () => 'AB').join(':'),
        },
      ],
      defaultServerId: 'b',
      libraryDir: '/photos',
      maxFileSize: 2_500_000,
      quality: 0.7,
      bandwidth: {
        limitBytesPerSecond: 1_500_000,
        timetable: [
          { days: [1, 5], from: '08:00', to: '18:30', limit: 250_000 },
          { days: [0], from: '00:00', to: '00:00', limit: 'pause' },
          { days: [6], from: '20:00', to: '06:00', limit: null },
        ],
      },
      atQuit: 'finish',
    })
    const { ownPresets, destinations, watchedFolders, ...rest } = settings
    const { patch } = validateDraft(draftOf(settings))
    expect(patch).toEqual(rest)
    expect(settingsPatchSchema.parse(patch)).toEqual(rest)
    expect([ownPresets, watchedFolders]).toEqual([[], []])
    expect(destinations).toEqual({})
  })

  it('names the error at its field and the section that holds it', () => {
    const draft = {
      ...usual,
      parallelFiles: 99,
      maxRetries: '',
      maxMegabytes: -1,
      qualityPercent: 0,
      limit: 0.001,
      libraryDir: 'photos',
    }
    expect(errorsOf(draft)).toEqual({
      parallelFiles: 'Enter a whole number from 1 to 16',
      maxRetries: 'Enter a whole number from 0 to 10',
      maxMegabytes: 'Enter a number above 0, or leave it empty',
      qualityPercent: 'Enter a whole number from 1 to 100',
      limit: 'Enter a number from 0.02 to 10,000, or leave it empty',
      libraryDir: 'Enter the full path, starting at the root or a drive',
    })
    expect(validateDraft(draft).patch).toBeNull()
    expect(sectionsWithErrors(validateDraft(draft).errors)).toEqual([
      'servers',
      'uploading',
      'bandwidth',
      'presets',
    ])
  })

  it.each([
    ['nonsense', 'Enter an address such as https://photos.example.com'],
    ['', 'Enter an address such as https://photos.example.com'],
    ['https://a.example/?a=1', 'Remove “?”, “#” and any user name from the address'],
    ['https://anna@a.example', 'Remove “?”, “#” and any user name from the address'],
    ['ftp://a.example', 'Enter an address such as https://photos.example.com'],
    ['photos.example.com', 'Start the address with https:// or http://'],
    ['192.168.1.5:4711', 'Start the address with https:// or http://'],
  ])('says of the address %j: %s', (url, sentence) => {
    const field = serverField('s', 'url')
    expect(errorsOf({ ...usual, servers: [server({ url })] })).toEqual({ [field]: sentence })
  })

  it('wants a name for each server, and another for each', () => {
    const servers = [server({ name: ' ' }), server({ id: 'b' }), server({ id: 'c', name: 'Studio ' })]
    expect(errorsOf({ ...usual, servers })).toEqual({
      [serverField('s', 'name')]: 'Enter a name, such as Studio',
      [serverField('b', 'name')]: 'Another server already has this name',
      [serverField('c', 'name')]: 'Another server already has this name',
    })
  })

  it('trims what was pasted and turns megabytes into bytes', () => {
    const servers = [server({ url: ' https://a.example/ ', token: ' t ' })]
    expect(validateDraft({ ...usual, servers, maxMegabytes: 2.5, limit: 0.5 }).patch).toMatchObject({
      servers: [{ id: 's', name: 'Studio', url: 'https://a.example', token: 't' }],
      maxFileSize: 2_500_000,
      bandwidth: { limitBytesPerSecond: 500_000 },
    })
  })

  it('checks every time range of the schedule, and its speed only where it is limited', () => {
    const wrong = rule({ days: [], from: '', to: '25:00', megabytes: '' })
    expect(errorsOf({ ...usual, timetable: [wrong] })).toEqual({
      [ruleField('r', 'days')]: 'Select at least one day',
      [ruleField('r', 'from')]: 'Enter a time such as 18:30',
      [ruleField('r', 'to')]: 'Enter a time such as 18:30',
      [ruleField('r', 'megabytes')]: 'Enter a number from 0.02 to 10,000',
    })
    expect(errorsOf({ ...usual, timetable: [rule({ kind: 'pause', megabytes: '' })] })).toEqual({})
  })
})

describe('a preset that is edited', () => {
  it('comes back as it was', () => {
    for (const preset of Object.values(presets)) {
      if (preset !== null) expect(validatePreset(presetDraftOf(preset))).toEqual({ errors: {}, preset })
    }
  })

  it('begins without a name and names each error at its field', () => {
    const fresh = presetDraftOf(null)
    expect(validatePreset(fresh).errors).toEqual({ name: 'Enter a name, such as Newspaper' })
    const wrong = { ...fresh, name: 'A', qualityPercent: '', longEdge: 3, convert: [] }
    expect(validatePreset(wrong)).toEqual({
      preset: null,
      errors: {
        qualityPercent: 'Enter a whole number from 1 to 100',
        longEdge: 'Enter a whole number from 16 to 65,535, or leave it empty',
        convert: 'Select at least one',
      },
    })
  })
})
