import { describe, expect, it } from 'vitest'
import { cicpProfile, isHdr } from '../../../../../src/main/images/formats/colour/cicp.ts'
import { spaces } from '../../colour-chart.ts'

describe('colours named by number', () => {
  it('get the profile of their primaries', () => {
    expect(cicpProfile({ primaries: 12, transfer: 13 })).toEqual(spaces['Display P3'].icc)
    expect(cicpProfile({ primaries: 9, transfer: 14 })?.toString('latin1')).toContain(
      '\0B\0T\0.\x002\x000\x002\x000',
    )
  })

  it('get no profile if they are sRGB or unknown', () => {
    expect(cicpProfile({ primaries: 1, transfer: 13 })).toBeNull()
    expect(cicpProfile({ primaries: 2, transfer: 2 })).toBeNull()
  })

  it('are brighter than a JPEG can show with a perceptual quantizer or hybrid log-gamma', () => {
    expect([13, 16, 18].map((transfer) => isHdr({ primaries: 9, transfer }))).toEqual([false, true, true])
  })
})
