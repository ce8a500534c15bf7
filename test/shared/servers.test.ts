import { describe, expect, it } from 'vitest'
import { serverAddressSchema } from '../../src/shared/servers.ts'
import { settingsPatchSchema, settingsSchema } from '../../src/shared/settings.ts'

const parsed = (url: string) => serverAddressSchema.safeParse({ url, token: '' }).data?.url

describe('the address of a server', () => {
  it('may have a path, with or without a slash at its end', () => {
    expect(parsed('https://example.com/photos')).toBe('https://example.com/photos')
    expect(parsed('https://example.com/photos//')).toBe('https://example.com/photos')
    expect(parsed('http://127.0.0.1:4700/')).toBe('http://127.0.0.1:4700')
  })

  it.each([
    'https://example.com/?a=1',
    'https://example.com/photos#top',
    'https://example.com/photos?',
    'https://anna:pw@example.com',
  ])('is refused with anything behind its path or before its host: %s', (url) => {
    expect(parsed(url)).toBeUndefined()
    const servers = [{ id: 'a', name: 'Studio', url, token: '' }]
    expect(settingsPatchSchema.safeParse({ servers }).error?.issues[0]?.message).toContain('without "?"')
    // Settings of earlier versions are still read: the person can correct the address.
    expect(settingsSchema.parse({ servers }).servers).toHaveLength(1)
  })
})
