/** The folders above a path. */
import { describe, expect, it } from 'vitest'
import { pathCrumbs } from '../../../../src/renderer/features/folder-picker/path-crumbs.ts'

describe('crumbs', () => {
  it('lead from the root to the folder', () => {
    expect(pathCrumbs('/home/anna')).toEqual([
      { name: '/', path: '/' },
      { name: 'home', path: '/home' },
      { name: 'anna', path: '/home/anna' },
    ])
    expect(pathCrumbs('C:\\Users\\anna').map((crumb) => crumb.path)).toEqual([
      'C:\\',
      'C:\\Users',
      'C:\\Users\\anna',
    ])
  })
})
