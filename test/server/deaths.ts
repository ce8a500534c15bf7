/** Lets a server die before its k-th operation on files, bucket or ledger, for every k, several children at a time. */
import { expect } from 'vitest'
import { serverEnv, spawnNode, temporaryFolder } from './harness.ts'

/** So many children at a time. */
const lanes = 3
const mostOperations = 200

export interface Death {
  readonly dataDir: string
  readonly survived: boolean
}

/** @param given what is to be said of ledger and store, unless it is what the tests run on */
export async function dieAt(
  scenario: string,
  operation: number,
  given?: Record<string, string>,
): Promise<Death> {
  const dataDir = temporaryFolder()
  const env = given ?? (await serverEnv(dataDir))
  const child = spawnNode(['test/server/crash-child.ts', scenario, dataDir, String(operation)], { env })
  let output = ''
  child.process.stdout?.on('data', (piece: Buffer) => {
    output += piece.toString()
  })
  const code = await child.exited
  if (code !== null && code !== 0) throw new Error(`the child failed by itself: ${child.stderr()}`)
  return { dataDir, survived: output.includes('done') }
}

/**
 * @param expectRecovery looks at what each death has left
 * @returns how many operations the scenario has
 */
export async function dieAtEvery(
  scenario: string,
  expectRecovery: (death: Death) => Promise<void>,
): Promise<number> {
  let next = 1
  let last = mostOperations
  const lane = async () => {
    while (next <= last) {
      const operation = next++
      const death = await dieAt(scenario, operation)
      if (death.survived) last = Math.min(last, operation)
      await expectRecovery(death).catch((thrown: unknown) => {
        throw new Error(`killed before operation ${operation}`, { cause: thrown })
      })
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  expect(last).toBeGreaterThan(8)
  expect(last).toBeLessThan(mostOperations)
  return last - 1
}
