/** Holds the lock file to every platform: `npm ci` refuses one that lacks a package for another system. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

interface LockedPackage {
  readonly optionalDependencies?: Record<string, string>
  readonly resolved?: string
}

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Record<string, LockedPackage>
}
const packages = Object.entries(lock.packages)

it('locks the optional packages of every platform, not only of the one that wrote it', () => {
  const optional = packages.flatMap(([, { optionalDependencies = {} }]) => Object.keys(optionalDependencies))
  const locked = new Set(packages.map(([place]) => place.slice(place.lastIndexOf('node_modules/') + 13)))
  expect(optional.length).toBeGreaterThan(20)
  expect(optional.filter((name) => !locked.has(name))).toEqual([])
})

it('names no registry', () => {
  expect(packages.filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
})
