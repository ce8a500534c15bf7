/**
 * What is left to do when the tests of a file are over, for servers, folders and browsers that several of its tests share.
 * Test files share their process and so their modules: a hook that such a module registers itself would hold for the first
 * file alone.
 */
import { afterAll } from 'vitest'

const pending: (() => unknown)[] = []

/** Adds work for the end of the present file; the work that was added last is done first. */
export function atEndOfFile(work: () => unknown): void {
  pending.push(work)
}

/** To be called once in every test file; see setupFiles in vitest.config.ts. */
export function registerEndOfFile(): void {
  afterAll(async () => {
    for (let work = pending.pop(); work; work = pending.pop()) await work()
  })
}
